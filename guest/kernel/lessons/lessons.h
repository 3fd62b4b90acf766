/* SPDX-License-Identifier: MIT */
/* The lessons: the kernel with one thing otherwise, chosen by an option, to see what that thing is for. */
#ifndef GUEST_KERNEL_LESSONS_LESSONS_H
#define GUEST_KERNEL_LESSONS_LESSONS_H

/* Changes the kernel as the options say. kernel_main calls this when all is set up and nothing runs. */
void lessons_begin(void);

#endif

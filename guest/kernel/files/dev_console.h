/* SPDX-License-Identifier: MIT */
/* The terminal, which takes the console's input. Programs reach it as a device file (device_files.h). */
#ifndef GUEST_KERNEL_FILES_DEV_CONSOLE_H
#define GUEST_KERNEL_FILES_DEV_CONSOLE_H

/* Sets the line discipline up and connects to the console. */
void terminal_init(void);

#endif

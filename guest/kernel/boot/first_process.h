/* SPDX-License-Identifier: MIT */
/* Starting the first process. kernel_main calls this when all else is set up. */
#ifndef GUEST_KERNEL_BOOT_FIRST_PROCESS_H
#define GUEST_KERNEL_BOOT_FIRST_PROCESS_H

/* Makes init from the program at `path` with the arguments in `words`, which is taken apart. Panics if that fails. */
void start_init(const char *path, char *words);

#endif

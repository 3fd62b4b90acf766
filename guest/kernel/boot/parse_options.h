/* SPDX-License-Identifier: MIT */
/* Reading the kernel command line into the options (kernel_options.h). kernel_main calls this once. */
#ifndef GUEST_KERNEL_BOOT_PARSE_OPTIONS_H
#define GUEST_KERNEL_BOOT_PARSE_OPTIONS_H

/*
 * Takes `line` apart in place and keeps pointers into it. Unknown keys and bad values are reported on the console and
 * ignored.
 */
void options_parse(char *line);

#endif

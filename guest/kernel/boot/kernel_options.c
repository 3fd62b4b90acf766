/* SPDX-License-Identifier: MIT */
/* The options as they are when the command line says nothing. */
#include "kernel/boot/kernel_options.h"

struct options options = {
	.protocol = PROTOCOL_TIMER,
	.init = INIT_DEFAULT,
	.init_arguments = "",
	.hz = HZ_DEFAULT,
	.want_syscall = true,
	.want_int80 = true,
	.print_fatal_signals = true,
};

/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of the executable vmm-tools: main.c lists them in the usage text and executes vmm-tools for them;
 * vmm-tools calls cmd_NAME(). X(name, words of the usage line, what the subcommand does)
 */
#ifndef VMM_BASE_SUBCOMMANDS_H
#define VMM_BASE_SUBCOMMANDS_H

/* clang-format off */
#define TOOLS_SUBCOMMANDS(X) \
	X(bench,  "vmm bench [run|compare] [OPTION...]",   "measures what each crossing costs") \
	X(trace,  "vmm trace SUBCOMMAND [OPTION...] FILE", "reads a trace that run made") \
	X(doctor, "vmm doctor [--json]",                   "tells what this host offers to run guests")
/* clang-format on */

#endif

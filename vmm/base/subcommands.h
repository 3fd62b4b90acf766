/* SPDX-License-Identifier: MIT */
/*
 * The subcommands that the executable vmm-tools has. vmm, which hands over to it, shows them; vmm-tools runs
 * cmd_NAME(). X(name, words of the usage line, what it does)
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

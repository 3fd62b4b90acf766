/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of vmm. main.c has those of its own executable, and becomes vmm-tools for the others; vmm-tools calls
 * cmd_NAME() for them. X(name, what it does), in the order in which they are listed.
 */
#ifndef VMM_BASE_SUBCOMMANDS_H
#define VMM_BASE_SUBCOMMANDS_H

/* clang-format off */
#define RUN_SUBCOMMANDS(X) \
	X(run,    "boots a guest and shows its exits; the word may be left out") \
	X(demo,   "boots the demonstration, guest.bin, from any folder")

#define TOOLS_SUBCOMMANDS(X) \
	X(trace,  "reads a trace that run made") \
	X(bench,  "measures what each crossing costs") \
	X(doctor, "tells what this host offers to run guests")
/* clang-format on */

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The command line of `vmm run`, parsed by glibc's argp. Knows nothing of KVM: it turns words into the
 * values below, or into one line and status 2 (usage) or 125 (a value that cannot be).
 */
#ifndef VMM_RUN_OPTIONS_H
#define VMM_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kvm/irqchip.h"

enum transitions { TRANSITIONS_RING, TRANSITIONS_EXIT, TRANSITIONS_OFF };
enum stats_format { STATS_NONE, STATS_TABLE, STATS_JSON };

struct run_options {
	const char *image;
	const char *initrd;	/* NULL = the image's own */
	char *command_line;	/* -a strings joined by spaces, then "-- INIT-ARG..." if given, the words with
				   spaces in double quotes as Linux reads them; owned */
	uint64_t memory;	/* bytes */
	bool trace_text;	/* --trace */
	const char *trace_file; /* --trace=FILE; NULL = none */
	enum transitions transitions;
	enum irqchip irqchip;
	enum stats_format stats;
	double timeout; /* seconds; 0 = none */
	bool count_ring0;
	bool no_sandbox;
	bool quiet;
};

#define RUN_MEMORY_DEFAULT (UINT64_C(128) << 20)

/*
 * Parses `vmm run`'s words (argv[0] is the program's name for messages). Returns 0; or 2 or 125 with the
 * line in *error; or -1 when --help, --usage or --version has been answered and the program should end with 0.
 */
int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error);
void run_options_free(struct run_options *options);

#endif

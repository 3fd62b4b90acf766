/* SPDX-License-Identifier: MIT */
/*
 * The command line of `vmm run`, turned into the values below, or into one line and status 2 (wrong usage) or 125 (a
 * value that cannot be). Nothing here asks KVM.
 */
#ifndef VMM_RUN_OPTIONS_H
#define VMM_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kvm/irqchip.h"

/* X(NAME, word of --transitions). The first is the default. */
#define TRANSITIONS(X) X(RING, "ring") X(EXIT, "exit") X(OFF, "off")
#define TRANSITIONS_ENUM(name, ...) TRANSITIONS_##name,
enum transitions { TRANSITIONS(TRANSITIONS_ENUM) };
#undef TRANSITIONS_ENUM

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
 * Parses the words behind argv[0]. Returns 0; or 2 or 125 with the line in *error; or -1 when --help, --usage or
 * --version has been answered and the program should end with 0. To be freed after 0 only.
 */
int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error);
void run_options_free(struct run_options *options);

#endif

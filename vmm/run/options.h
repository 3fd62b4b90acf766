/* SPDX-License-Identifier: MIT */
/*
 * The options of `vmm run`, parsed from its command line. Called by run/run.c; KVM is not asked here whether the host
 * can do what the options demand.
 */
#ifndef VMM_RUN_OPTIONS_H
#define VMM_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/command_line.h"
#include "kvm/irqchip.h"

/* X(NAME, word of --transitions). The first is the default. */
#define TRANSITIONS(X) X(RING, "ring") X(EXIT, "exit") X(OFF, "off")
#define TRANSITIONS_ENUM(name, ...) TRANSITIONS_##name,
enum transitions { TRANSITIONS(TRANSITIONS_ENUM) };
#undef TRANSITIONS_ENUM

enum stats_format { STATS_NONE, STATS_TABLE, STATS_JSON };

struct run_options {
	const char *image;
	const char *initrd;	/* NULL = the image's built-in initrd */
	char *command_line;	/* -a strings joined by spaces, then "-- INIT-ARG..." if given, the words written
				   as formats/words.h reads them; owned */
	uint64_t memory;	/* bytes */
	bool trace_text;	/* --trace */
	const char *trace_file; /* --trace=FILE; NULL = none */
	uint64_t trace_limit;	/* bytes; 0 = none */
	bool trace_keeps_last;	/* the limit drops the oldest records, not the newest */
	uint64_t console_limit; /* bytes */
	enum transitions transitions;
	enum irqchip irqchip;
	enum stats_format stats;
	double timeout; /* seconds; 0 = none */
	bool kvm_exits;
	bool count_ring0;
	bool no_sandbox;
	bool jail;
	bool quiet;
};

#define RUN_MEMORY_DEFAULT (UINT64_C(128) << 20)

/* `vmm run`, and `vmm demo`, which is the same with the image found by itself. */
extern const struct command_line run_command_line, demo_command_line;

/*
 * Parses the words behind argv[0], which is "demo" for `vmm demo`. Returns 0; or, with a line in *error, the exit
 * status 2 (wrong usage) or 125 (a value that no machine can have, or there is no demonstration); or
 * COMMAND_LINE_ANSWERED. After 0 the caller must call run_options_free().
 */
int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error);
void run_options_free(struct run_options *options);

#endif

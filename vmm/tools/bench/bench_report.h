/* SPDX-License-Identifier: MIT */
/*
 * What a session has found, ready to be printed: rows with their statistics, what they were measured on, and how far
 * they can be trusted. The printers (bench_table.c, bench_json.c, bench_html.c) compute nothing. Called by
 * bench_command.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_REPORT_H
#define VMM_TOOLS_BENCH_BENCH_REPORT_H

#include <stdio.h>

#include "base/table.h"
#include "tools/bench/bench_bootstrap.h"
#include "tools/bench/bench_environment.h"
#include "tools/bench/bench_session.h"

struct result {
	const struct bench_row *row;
	const struct series *series;
	const char *label;	  /* what is particular about the row on this host; "" = nothing */
	const char *failure;	  /* NULL = none */
	struct summary raw;	  /* of the samples, ns */
	struct estimate net;	  /* of the median less the median of the row that is subtracted, ns */
	struct estimate slowdown; /* group "control": the factor to the run without a timer; else NAN */
	uint64_t iterations, preempted;
	bool is_nothing; /* `net` is a difference that cannot be told from its error */
};

/* The members "format" and "version" of the JSON, which `vmm bench compare` demands. */
#define BENCH_JSON_FORMAT "ringside-bench"
#define BENCH_JSON_VERSION 1

enum { NOTES_MAX = 16, NOTE_SIZE = 256 };

struct report {
	struct environment environment;
	struct result results[BENCH_ROWS_MAX];
	unsigned count;
	struct estimate tick_cost; /* ns that a timer tick takes from the process; value NAN = not measured */
	char notes[NOTES_MAX][NOTE_SIZE];
	unsigned note_count;
	unsigned rounds;
	struct summary core_mhz; /* the frequency of the core, over the rounds */
	double stolen;		 /* seconds that a hypervisor below gave to others; NAN = not known */
	double seconds;
	uint64_t seed;
	uint32_t tsc_khz;
	bool is_quick, is_interrupted;
};

/* `report` points to the samples of `session`. */
void report_make(struct report *report, const struct session *session);

/* Adds what is to be said about how far the figures can be trusted (bench_notes.c). Called by report_make(). */
void report_add_notes(struct report *report, const struct session *session);

/* How many ticks of the TSC so many nanoseconds are. */
double report_ticks(const struct report *report, double ns);
/* How many cycles of the core they are, at the frequency that the core had in the session. */
double report_cycles(const struct report *report, double ns);

enum { VALUE_TEXT = 32 };
/* The value of an estimate in words; for a difference that cannot be told from its error, "< " and the error. */
const char *report_value(char text[VALUE_TEXT], const struct estimate *estimate, bool is_nothing);
/* The same for a slowdown, which cannot be told from its error when its interval contains 1. */
const char *report_slowdown(char text[VALUE_TEXT], const struct estimate *slowdown);
/*
 * The greatest slowdown of the rows without a label, which sets the scale of pictures. A row with a label, such as a
 * program in an emulated ring 0, may be so much slower that nothing of the others would be seen.
 */
double report_most_slowdown(const struct report *report);
/* A number in words, with four digits or so. */
const char *report_number(char text[VALUE_TEXT], double ns);

void report_table(const struct report *report, struct page *page);
void report_json(const struct report *report, FILE *out);
void report_csv(const struct report *report, FILE *out);
void report_html(const struct report *report, FILE *out);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a session has found, ready to be printed: rows with their statistics, what they were measured on, and
 * what is to be said about how far to trust them. The printers (table, json, csv, html) compute nothing.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_REPORT_H
#define VMM_TOOLS_BENCH_BENCH_REPORT_H

#include <stdio.h>

#include "tools/bench/bench_bootstrap.h"
#include "tools/bench/bench_environment.h"
#include "tools/bench/bench_session.h"

struct result {
	const struct bench_row *row;
	const struct series *series;
	const char *label;	  /* what is particular about it on this host; "" = nothing */
	const char *failure;	  /* NULL = none */
	struct summary raw;	  /* of the samples, ns */
	struct estimate net;	  /* of the median less what is subtracted, ns */
	struct estimate slowdown; /* group "control": times the run without a timer; else NAN */
	uint64_t iterations, preempted;
	bool is_nothing; /* `net` is a difference no greater than its error */
};

/* What the JSON calls itself: report_json() writes it and `vmm bench compare` demands it. */
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
	struct summary core_mhz; /* how fast the core was, over the rounds */
	double stolen;		 /* seconds that the hypervisor below gave to others; NAN: not known */
	double seconds;
	uint64_t seed;
	uint32_t tsc_khz;
	bool is_quick, is_interrupted;
};

/* `report` refers to `session`'s samples. */
void report_make(struct report *report, const struct session *session);

/* Adds what is to be said about how far the figures can be trusted (bench_notes.c). Called by report_make(). */
void report_add_notes(struct report *report, const struct session *session);

double report_ticks(const struct report *report, double ns);
/* The core's own, which are as long as its frequency made them. */
double report_cycles(const struct report *report, double ns);

/* An estimate's value; of a difference that is none, what it is smaller than. */
enum { VALUE_TEXT = 32 };
const char *report_value(char text[VALUE_TEXT], const struct estimate *estimate, bool is_nothing);
/* The same of a slowdown, which is none when its interval holds 1. */
const char *report_slowdown(char text[VALUE_TEXT], const struct estimate *slowdown);
/*
 * Of those without a label: the length that pictures of the price of control have. A program that owns an
 * emulated ring 0 would leave nothing of the others to see.
 */
double report_most_slowdown(const struct report *report);
/* Four digits or so: enough for what is measured here. */
const char *report_number(char text[VALUE_TEXT], double ns);

void report_table(const struct report *report, FILE *out);
void report_json(const struct report *report, FILE *out);
void report_csv(const struct report *report, FILE *out);
void report_html(const struct report *report, FILE *out);

#endif

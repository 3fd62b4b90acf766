/* SPDX-License-Identifier: MIT */
/*
 * Which records of a trace to look at: `reason==IO && cpl==3`. An expression becomes a flat program once and
 * is asked about every record. docs/trace.md has the language; filter_fields() lists its fields.
 */
#ifndef VMM_TRACE_FILTER_H
#define VMM_TRACE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "trace/clock.h"
#include "trace/processes.h"
#include "trace/record.h"
#include "trace/symbols.h"
#include "util/error.h"

/* A record, and what a reader of the trace knows of it besides. */
struct filter_facts {
	const union record *record;
	const struct trace_clock *clock;
	const struct symbols *symbols; /* NULL = none */
	const struct process *process; /* exit: whose address space it was; event: whom it is about; NULL = unknown */
	uint64_t sequence;	       /* of an exit */
	uint64_t entered;	       /* TSC of the entry after an exit; 0 = not known */
	unsigned cpl;		       /* that the record leaves */
};

struct filter;

/*
 * NULL when the expression is wrong: then *error says what, and *column where, counted from 0. `symbols`
 * may be NULL; programs are looked up there.
 */
struct filter *filter_new(const char *expression, const struct symbols *symbols, struct error *error, size_t *column);
void filter_free(struct filter *filter);

bool filter_matches(const struct filter *filter, const struct filter_facts *facts);

/* The fields, one line each, for --help. free() it; NULL when there is no memory. */
char *filter_fields(void);

#endif

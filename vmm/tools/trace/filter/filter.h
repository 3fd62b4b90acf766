/* SPDX-License-Identifier: MIT */
/*
 * Which records of a trace to look at: `reason==IO && cpl==3`. An expression is compiled once, then asked about every
 * record. docs/trace.md has the language; filter_fields() lists its fields. Used by `vmm trace print`.
 */
#ifndef VMM_TOOLS_TRACE_FILTER_FILTER_H
#define VMM_TOOLS_TRACE_FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "symbols/symbols.h"
#include "text/text.h"

struct filter;

/*
 * Compiles an expression; filter_free() the result. NULL when the expression is wrong: *error says what, and *column
 * where, counted from 0. Programs and functions are looked up in `symbols`, which may be NULL.
 */
struct filter *filter_new(const char *expression, const struct symbols *symbols, struct error *error, size_t *column);
void filter_free(struct filter *filter);

bool filter_matches(const struct filter *filter, const struct text_moment *moment);

/* The filter as a choice for a text printer, which the filter must outlive; NULL chooses everything. */
struct text_choice filter_choice(const struct filter *filter);

/* Reads a time as filters have them, "10ms" or "1.5s", in nanoseconds. -1 with a line in *error if it is none. */
int filter_time(const char *word, uint64_t *ns, struct error *error);

/* The names and meanings of all fields, a line each, for --help. free() it; NULL when there is no memory. */
char *filter_fields(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Which records of a trace to look at: `reason==IO && cpl==3`. An expression becomes a flat program once and
 * is asked about every record. docs/trace.md has the language; filter_fields() lists its fields.
 */
#ifndef VMM_TOOLS_TRACE_FILTER_FILTER_H
#define VMM_TOOLS_TRACE_FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "symbols/symbols.h"
#include "text/text.h"

struct filter;

/*
 * NULL when the expression is wrong: then *error says what, and *column where, counted from 0. `symbols`
 * may be NULL; programs are looked up there.
 */
struct filter *filter_new(const char *expression, const struct symbols *symbols, struct error *error, size_t *column);
void filter_free(struct filter *filter);

bool filter_matches(const struct filter *filter, const struct text_moment *moment);

/* The same as a choice of a text printer, which the filter must outlive; NULL = everything. */
struct text_choice filter_choice(const struct filter *filter);

/* The fields, one line each, for --help. free() it; NULL when there is no memory. */
char *filter_fields(void);

#endif

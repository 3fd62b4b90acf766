/* SPDX-License-Identifier: MIT */
/* What a filter can ask of a record: a table of fields, which filter.c compiles expressions from. */
#ifndef VMM_TOOLS_TRACE_FILTER_FILTER_FIELDS_H
#define VMM_TOOLS_TRACE_FILTER_FILTER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nearest.h"
#include "symbols/symbols.h"
#include "text/text.h"

enum filter_type {
	FILTER_NUMBER,
	FILTER_SIGNED, /* values and constants have their top bit flipped, so that all compare as unsigned */
	FILTER_TIME,   /* nanoseconds */
	FILTER_NAME,   /* compared by == and != only */
	FILTER_FLAG,   /* 0 or 1 */
};

#define FILTER_SIGN (UINT64_C(1) << 63)

/* Puts the field's value of a record in *value; false when the record does not have the field. */
typedef bool filter_get(const struct text_moment *moment, uint64_t *value);

/* Puts the value that a name stands for in *value; false when nothing has that name. */
typedef bool filter_resolve(const char *name, const struct symbols *symbols, uint64_t *value);

struct filter_field {
	const char *name;
	const char *help;
	enum filter_type type;
	filter_get *get;
	filter_resolve *resolve; /* NULL = the field has no names */
	bool by_number;		 /* where there are names: numbers are understood too */
};

/* The fields in the order of --help. */
unsigned filter_field_count(void);
const struct filter_field *filter_field_at(unsigned i);

/* The field whose name, in any case, is the `length` characters at `name`; NULL when there is none. */
const struct filter_field *filter_field_find(const char *name, size_t length);

/* The field that may have been meant, in words, as nearest_offer() gives it. Returns `offer`. */
const char *filter_field_offer(const char *name, size_t length, char offer[NEAREST_OFFER_SIZE]);

#endif

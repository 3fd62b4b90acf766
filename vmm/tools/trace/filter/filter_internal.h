/* SPDX-License-Identifier: MIT */
/*
 * What the filter's files share: filter_fields.c knows the fields, filter_names.c the names of their values,
 * filter_parse.c turns words into steps, filter.c runs them.
 */
#ifndef VMM_TOOLS_TRACE_FILTER_FILTER_INTERNAL_H
#define VMM_TOOLS_TRACE_FILTER_FILTER_INTERNAL_H

#include "tools/trace/filter/filter.h"

enum filter_type {
	FILTER_NUMBER,
	FILTER_SIGNED, /* values and constants have their top bit flipped, so that all compare as unsigned */
	FILTER_TIME,   /* nanoseconds */
	FILTER_NAME,   /* compared by == and != only */
	FILTER_FLAG,   /* 0 or 1 */
};

#define FILTER_SIGN (UINT64_C(1) << 63)

struct filter_field {
	const char *name;
	const char *help;
	enum filter_type type;
	/* The value in *value; false when the record has none. */
	bool (*get)(const struct text_moment *moment, uint64_t *value);
	/* The value a name stands for; NULL = names make no sense. */
	bool (*resolve)(const char *name, const struct symbols *symbols, uint64_t *value);
	bool by_number; /* FILTER_NAME: numbers make sense too */
};

static inline bool filter_give(uint64_t *value, uint64_t number)
{
	*value = number;
	return true;
}

/* Values that stand for names. */
enum { FILTER_KIND_VMEXIT = 0, FILTER_KIND_FIRST_EVENT = 1 };
#define FILTER_NAME_TRAP (UINT64_C(1) << 32) /* vectors, apart from the numbers of system calls */

bool filter_resolve_kind(const char *name, const struct symbols *symbols, uint64_t *value);
bool filter_resolve_reason(const char *name, const struct symbols *symbols, uint64_t *value);
bool filter_resolve_syscall(const char *name, const struct symbols *symbols, uint64_t *value);
bool filter_resolve_vector(const char *name, const struct symbols *symbols, uint64_t *value);
bool filter_resolve_name(const char *name, const struct symbols *symbols, uint64_t *value); /* either of these */
bool filter_resolve_program(const char *name, const struct symbols *symbols, uint64_t *value);
bool filter_resolve_symbol(const char *name, const struct symbols *symbols, uint64_t *value);
uint64_t filter_symbol(const char *name);
bool filter_resolve_error(const char *name, const struct symbols *symbols, uint64_t *value);

/* NULL when there is none of that name. */
const struct filter_field *filter_field_find(const char *name, size_t length);

enum filter_comparison { FILTER_EQ, FILTER_NE, FILTER_LT, FILTER_LE, FILTER_GT, FILTER_GE };
enum filter_operation { FILTER_COMPARE, FILTER_NOT, FILTER_IF_FALSE, FILTER_IF_TRUE };

/* The steps work on one truth value. The jumps only go forward, so that every program ends. */
struct filter_step {
	uint8_t operation;
	uint8_t comparison;
	uint16_t target; /* of a jump */
	bool (*get)(const struct text_moment *moment, uint64_t *value);
	uint64_t constant;
};

enum { FILTER_STEPS_MAX = 1024, FILTER_DEPTH_MAX = 64 };

struct filter {
	unsigned count;
	struct filter_step steps[FILTER_STEPS_MAX];
};

int filter_parse(struct filter *filter, const char *expression, const struct symbols *symbols, struct error *error,
		 size_t *column);

#endif

/* SPDX-License-Identifier: MIT */
/* Runs a filter's program: see filter.h. */
#include "tools/trace/filter/filter_internal.h"

#include <stdlib.h>

struct filter *filter_new(const char *expression, const struct symbols *symbols, struct error *error, size_t *column)
{
	struct filter *filter = calloc(1, sizeof(*filter));

	*column = 0;
	if (filter == NULL) {
		error_set(error, "no memory for the filter");
		return NULL;
	}
	if (filter_parse(filter, expression, symbols, error, column) == 0)
		return filter;
	free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	free(filter);
}

static bool compare(const struct filter_step *step, uint64_t value)
{
	switch ((enum filter_comparison)step->comparison) {
	case FILTER_EQ:
		return value == step->constant;
	case FILTER_NE:
		return value != step->constant;
	case FILTER_LT:
		return value < step->constant;
	case FILTER_LE:
		return value <= step->constant;
	case FILTER_GT:
		return value > step->constant;
	case FILTER_GE:
		return value >= step->constant;
	}
	return false;
}

bool filter_matches(const struct filter *filter, const struct text_moment *moment)
{
	bool truth = true;
	uint64_t value;

	for (unsigned i = 0; i < filter->count; i++) {
		const struct filter_step *step = &filter->steps[i];
		switch ((enum filter_operation)step->operation) {
		case FILTER_COMPARE:
			truth = step->get(moment, &value) && compare(step, value);
			break;
		case FILTER_NOT:
			truth = !truth;
			break;
		case FILTER_IF_FALSE:
			i = truth ? i : step->target - 1u;
			break;
		case FILTER_IF_TRUE:
			i = truth ? step->target - 1u : i;
			break;
		}
	}
	return truth;
}

static bool wants(const void *filter, const struct text_moment *moment)
{
	return filter_matches(filter, moment);
}

struct text_choice filter_choice(const struct filter *filter)
{
	return (struct text_choice){filter != NULL ? wants : NULL, filter};
}

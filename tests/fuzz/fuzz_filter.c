/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the filter language: any bytes as an expression. A valid expression is applied to a record; the error of an
 * invalid one must point into the text. Run by tests/fuzz/run.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tools/trace/filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct filter *filter)
{
	const struct trace_clock clock = {.tsc_khz = 1};
	const union record records[] = {{.exit = {.tsc = 1}},
					{.event = {.tsc = 1, .kind = RECORD_EVENT + RINGSIDE_EVENT_SYSCALL}}};

	for (size_t i = 0; i < COUNT(records); i++)
		filter_matches(filter, &(struct text_moment){.record = &records[i], .clock = &clock});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *expression = strndup((const char *)data, size);
	struct error error;
	size_t column = 0;

	if (expression == NULL)
		abort();
	struct filter *filter = filter_new(expression, NULL, &error, &column);
	if (filter != NULL)
		ask(filter);
	else if (column > strlen(expression) || strchr(error.text, '\n') != NULL)
		abort();
	filter_free(filter);
	free(expression);
	return 0;
}

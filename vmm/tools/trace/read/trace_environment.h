/* SPDX-License-Identifier: MIT */
/* The environment of a trace, as trace_reader_environment() gives it: lines of key=value, in which any bytes may be. */
#ifndef VMM_TOOLS_TRACE_READ_TRACE_ENVIRONMENT_H
#define VMM_TOOLS_TRACE_READ_TRACE_ENVIRONMENT_H

#include <stdbool.h>
#include <string.h>

/* Parts of the environment, not ended by NUL. A line without = is a key alone, whose `value` is NULL. */
struct environment_pair {
	const char *key, *value;
	size_t key_length, value_length;
};

/* Takes the next line that is not empty from *lines, which moves on. False at the end. */
static inline bool environment_next(const char **lines, struct environment_pair *pair)
{
	const char *line = *lines + strspn(*lines, "\n");
	size_t length = strcspn(line, "\n"), key = strcspn(line, "=\n");

	*lines = line + length;
	*pair = (struct environment_pair){
		.key = line,
		.value = key < length ? line + key + 1 : NULL,
		.key_length = key,
		.value_length = key < length ? length - key - 1 : 0,
	};
	return length > 0;
}

#endif

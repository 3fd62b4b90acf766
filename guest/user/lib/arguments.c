/* SPDX-License-Identifier: MIT */
/* Parses numbers on the command line. */
#include "lib/arguments.h"

#include "lib/print.h"
#include "lib/system_calls.h"

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return UINT32_MAX;
}

bool parse_number(const char *text, uint64_t *value)
{
	unsigned base = 10;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (*value = 0; *text; text++) {
		unsigned digit = digit_of(*text);

		if (digit >= base || __builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return false;
	}
	return true;
}

uint64_t number_argument(int argc, char **argv, int index, uint64_t fallback)
{
	uint64_t value = fallback;

	if (index < argc && !parse_number(argv[index], &value)) {
		dprintf(STDERR, "%s: %s: not a number\n", argv[0], argv[index]);
		exit_group(STATUS_USAGE);
	}
	return value;
}

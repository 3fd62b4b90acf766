/* SPDX-License-Identifier: MIT */
/* Parses numbers of the command line: see numbers.h. */
#include "base/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int refuse(int reason)
{
	errno = reason;
	return -1;
}

/* Decimal digits and at most one of `suffixes`, each of which stands for 1024 times what the one before it does. */
static int parse_scaled(const char *text, const char *suffixes, uint64_t *result)
{
	unsigned shift = 0;
	uint64_t below;
	char *end;

	/* What is below 0 is a number all the same: one that is too small. */
	if (text[0] == '-' && text[1] != '-' && (parse_scaled(text + 1, suffixes, &below) == 0 || errno == ERANGE))
		return refuse(ERANGE);
	if (!isdigit((unsigned char)*text))
		return refuse(EINVAL);
	errno = 0;
	const uint64_t number = strtoull(text, &end, 10);
	const int failure = errno;
	if (*end != '\0') {
		const char *suffix = strchr(suffixes, toupper((unsigned char)*end));
		if (suffix == NULL || end[1] != '\0')
			return refuse(EINVAL);
		shift = 10 * (unsigned)(suffix - suffixes + 1);
	}
	if (failure != 0 || number > UINT64_MAX >> shift)
		return refuse(ERANGE);
	*result = number << shift;
	return 0;
}

int parse_count(const char *text, uint64_t *count)
{
	return parse_scaled(text, "", count);
}

int parse_size(const char *text, uint64_t *bytes)
{
	return parse_scaled(text, "KMG", bytes);
}

int parse_number(const char *text, double least, double most, double *number)
{
	char *end;
	const double value = strtod(text, &end);

	if (end == text || *end != '\0' || isspace((unsigned char)*text))
		return refuse(EINVAL);
	if (!(value >= least && value <= most)) /* written like this, the condition refuses NaN too */
		return refuse(ERANGE);
	*number = value;
	return 0;
}

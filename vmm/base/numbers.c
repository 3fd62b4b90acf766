/* SPDX-License-Identifier: MIT */
/* Parses numbers of the command line: see numbers.h. */
#include "base/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int parse_size(const char *text, uint64_t *bytes)
{
	static const char suffixes[] = "KMG";
	unsigned shift = 0;
	char *end;

	errno = EINVAL;
	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (*end != '\0') {
		const char *suffix = strchr(suffixes, toupper((unsigned char)*end));
		if (suffix == NULL || end[1] != '\0') {
			errno = EINVAL;
			return -1;
		}
		shift = 10 * (unsigned)(suffix - suffixes + 1);
	}
	if (errno == 0 && number > UINT64_MAX >> shift)
		errno = ERANGE;
	*bytes = (uint64_t)number << shift;
	return errno == 0 ? 0 : -1;
}

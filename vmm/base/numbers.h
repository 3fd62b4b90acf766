/* SPDX-License-Identifier: MIT */
/* Numbers that people write: read from words of a command line. */
#ifndef VMM_BASE_NUMBERS_H
#define VMM_BASE_NUMBERS_H

#include <stdint.h>

/*
 * "64M", "1G", "4096": decimal digits and an optional K, M or G (or k, m, g). -1 with errno EINVAL when
 * malformed, ERANGE when too big for 64 bits.
 */
int parse_size(const char *text, uint64_t *bytes);

#endif

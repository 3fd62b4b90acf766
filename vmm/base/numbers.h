/* SPDX-License-Identifier: MIT */
/*
 * Numbers that people write on command lines. Each function takes the whole of `text` and returns 0; or -1 with errno
 * EINVAL when `text` is no such number, ERANGE when the number is outside the range.
 */
#ifndef VMM_BASE_NUMBERS_H
#define VMM_BASE_NUMBERS_H

#include <stdint.h>

/* Decimal digits and nothing else; up to 64 bits. */
int parse_count(const char *text, uint64_t *count);

/*
 * A size in bytes, such as "4096", "64M" or "1G": decimal digits, then optionally K, M or G (or k, m, g) for a factor
 * of 2^10, 2^20 or 2^30; up to 64 bits.
 */
int parse_size(const char *text, uint64_t *bytes);

/* A number in any notation that strtod() reads, without white space before it, from `least` to `most`. */
int parse_number(const char *text, double least, double most, double *number);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Writes numbers as text without stdio: for lines of a trace, where stdio would be too slow, and for signal handlers,
 * where it is not allowed. Each function writes at most DIGITS_MAX bytes, backwards from `end` and without a NUL, and
 * returns the first of them.
 */
#ifndef VMM_BASE_DIGITS_H
#define VMM_BASE_DIGITS_H

#include <stdint.h>

enum { DIGITS_MAX = 24 };

static inline char *digits_decimal(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return end;
}

/* Hexadecimal, with 0x before the digits. */
static inline char *digits_hex(char *end, uint64_t value)
{
	do
		*--end = "0123456789abcdef"[value & 0xf];
	while ((value >>= 4) > 0);
	*--end = 'x';
	*--end = '0';
	return end;
}

/* Octal, with a 0 before the digits. */
static inline char *digits_octal(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 8);
	while ((value /= 8) > 0);
	*--end = '0';
	return end;
}

/* value / 10^decimals in decimal, with `decimals` digits (1 to 9) after the point. */
static inline char *digits_fixed(char *end, uint64_t value, unsigned decimals)
{
	for (unsigned i = 0; i < decimals; i++, value /= 10)
		*--end = (char)('0' + value % 10);
	*--end = '.';
	return digits_decimal(end, value);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The digits of numbers, for writers that are too busy for stdio. Each function writes backwards from `end`, DIGITS_MAX
 * bytes at most and no NUL, and returns where the number begins.
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

/* With 0x in front. */
static inline char *digits_hex(char *end, uint64_t value)
{
	do
		*--end = "0123456789abcdef"[value & 0xf];
	while ((value >>= 4) > 0);
	*--end = 'x';
	*--end = '0';
	return end;
}

/* With a 0 in front. */
static inline char *digits_octal(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 8);
	while ((value /= 8) > 0);
	*--end = '0';
	return end;
}

/* value / 10^decimals, with all its decimals. 1 <= decimals <= 9. */
static inline char *digits_fixed(char *end, uint64_t value, unsigned decimals)
{
	for (unsigned i = 0; i < decimals; i++, value /= 10)
		*--end = (char)('0' + value % 10);
	*--end = '.';
	return digits_decimal(end, value);
}

#endif

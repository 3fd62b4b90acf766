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

/* Writes the last two decimal digits of a value: a division for each digit would take twice as long. */
static inline char *digits_pair(char *end, uint64_t value)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	const char *pair = pairs + value % 100 * 2;

	*--end = pair[1];
	*--end = pair[0];
	return end;
}

static inline char *digits_decimal(char *end, uint64_t value)
{
	for (; value >= 100; value /= 100)
		end = digits_pair(end, value);
	if (value >= 10)
		return digits_pair(end, value);
	*--end = (char)('0' + value);
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
	for (; decimals >= 2; decimals -= 2, value /= 100)
		end = digits_pair(end, value);
	for (; decimals > 0; decimals--, value /= 10)
		*--end = (char)('0' + value % 10);
	*--end = '.';
	return digits_decimal(end, value);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Where characters begin in UTF-8 (RFC 3629), for code that aligns columns or cuts text. */
#ifndef VMM_BASE_UTF8_H
#define VMM_BASE_UTF8_H

#include <stdbool.h>

/* Whether a byte is not the first byte of its character. Such a byte takes no column. */
static inline bool utf8_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

#endif

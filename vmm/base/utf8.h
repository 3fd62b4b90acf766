/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629), as far as columns and cuts need it. */
#ifndef VMM_BASE_UTF8_H
#define VMM_BASE_UTF8_H

#include <stdbool.h>

/* Whether a byte is not the first of its character: it takes no column, and no text is cut before it. */
static inline bool utf8_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Numbers packed for the page's script, which report_data.js unpacks: LEB128, written as Base64. */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_PACK_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Starts with zeros. free() the bytes. */
struct pack {
	unsigned char *bytes;
	size_t used, room;
};

/* Makes room for `numbers` numbers; false when there is no memory. */
bool pack_reserve(struct pack *pack, size_t numbers);

/* Adds a number, for which there must be room: seven bits a byte, the low bits first; the top bit says that more
 * follow. */
static inline void pack_number(struct pack *pack, uint64_t value)
{
	while (value >= 0x80) {
		pack->bytes[pack->used++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	pack->bytes[pack->used++] = (unsigned char)value;
}

/* Writes Base64 (RFC 4648, section 4) in lines. */
void pack_write(const struct pack *pack, FILE *out);

#endif

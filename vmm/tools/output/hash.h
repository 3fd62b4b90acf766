/* SPDX-License-Identifier: MIT */
/*
 * A hash of bytes for tables in memory: FNV-1a, 64 bits (RFC 9923). An attacker who chooses the bytes can make hashes
 * collide, so that a table becomes slow. Called by the filter and the report.
 */
#ifndef VMM_TOOLS_OUTPUT_HASH_H
#define VMM_TOOLS_OUTPUT_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_bytes(const void *bytes, size_t size)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif

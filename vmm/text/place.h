/* SPDX-License-Identifier: MIT */
/* Addresses in words: whose they are and what they are called. Printers, exporters and tables all ask here. */
#ifndef VMM_TEXT_PLACE_H
#define VMM_TEXT_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/layout.h"
#include "symbols/symbols.h"

enum { PLACE_UNKNOWN = -1, PLACE_KERNEL = 0 };

static inline bool is_kernel_half(uint64_t address)
{
	return address >> 63 != 0;
}

/*
 * The image that an address belongs to, in the symbols. `program`: that of the process it was used by, <= 0 = not
 * known. `user`: it was used at CPL 3; without a known program it is then no symbol of the kernel, wherever that
 * may be linked.
 */
static inline int place_image(int program, bool user, uint64_t address)
{
	if (is_kernel_half(address))
		return PLACE_KERNEL;
	if (program > 0)
		return program;
	return user ? PLACE_UNKNOWN : PLACE_KERNEL;
}

/* "name+0x12"; false and nothing when it has no name. `symbols` may be NULL, `image` PLACE_UNKNOWN. */
bool place_put_symbol(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

/* "name+0x12 (program)", of which either may be missing; false and nothing when both are. */
bool place_put(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

#endif

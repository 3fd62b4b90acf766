/* SPDX-License-Identifier: MIT */
/* Numbers as people write them on a command line. Called by the options of `vmm run`. */
#ifndef VMM_BASE_NUMBERS_H
#define VMM_BASE_NUMBERS_H

#include <stdint.h>

/*
 * Parses a size in bytes, such as "4096", "64M" or "1G": decimal digits, then optionally K, M or G (or k, m, g) for a
 * factor of 2^10, 2^20 or 2^30. Returns 0, or -1 with errno EINVAL when `text` is malformed and ERANGE when the size
 * does not fit 64 bits.
 */
int parse_size(const char *text, uint64_t *bytes);

#endif

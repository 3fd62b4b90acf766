/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a trace file's header, shared by its writer and its reader. docs/trace-format.md
 * describes the same for people; little-endian, as the only hosts there are.
 */
#ifndef VMM_RECORD_TRACE_FORMAT_H
#define VMM_RECORD_TRACE_FORMAT_H

#include <stdint.h>

#include "record/trace_clock.h"

#define FILE_MAGIC "\x8fRSTRACE" /* the first byte is no text in any encoding */
#define FILE_VERSION 2
#define FILE_ALIGNMENT 4096		     /* records start at a multiple, so that they can be mapped */
#define FILE_HEADER_MAX (UINT32_C(16) << 20) /* a reader allocates this much at most */

/* A part of the header, by its place in the file. */
struct file_section {
	uint64_t offset;
	uint64_t length;
};

struct file_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size; /* bytes before the first record */
	uint32_t record_size;
	uint32_t reserved;
	struct trace_clock clock;
	uint64_t lost; /* records that could not be written, after the last one here */
	struct file_section environment;
	struct file_section symbols;
};

_Static_assert(sizeof(FILE_MAGIC) - 1 == sizeof(((struct file_header *)0)->magic), "the magic fills its field");
_Static_assert(sizeof(struct file_header) == 96, "the layout is documented");
_Static_assert(__builtin_offsetof(struct file_header, clock) == 24, "the layout is documented");

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the kernel takes of ELF64 files: which programs may be loaded, and where; names of addresses in them.
 * process/exec.c calls elf_check; trap/fatal_trap.c calls elf_symbol to say where a process was killed.
 */
#ifndef GUEST_KERNEL_LIB_ELF_PROGRAM_H
#define GUEST_KERNEL_LIB_ELF_PROGRAM_H

#include "formats/elf64.h"

enum { ELF_SEGMENTS_MAX = 16 };

/* One PT_LOAD segment. Addresses are rounded out to pages; `file` bytes of data go to `address`, the rest is zero. */
struct elf_segment {
	uint64_t start, end; /* pages it covers */
	uint64_t address;    /* where its data begins */
	const uint8_t *data;
	uint64_t file;	/* bytes of data */
	unsigned flags; /* ELF_PF_* */
};

struct elf_program {
	uint64_t base; /* what is added to the addresses in the file: ELF_PIE_BASE, or 0 */
	uint64_t entry;
	uint64_t headers; /* address of the program headers in memory, or 0 */
	uint16_t header_count;
	uint64_t end; /* first page after the last segment */
	unsigned segment_count;
	struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/*
 * Checks a file and finds its segments; every one must lie in [lowest, highest). NULL if it can be run,
 * else why not, in words for a message.
 */
const char *elf_check(const uint8_t *file, size_t size, uint64_t lowest, uint64_t highest, struct elf_program *program);

/* The function symbol that covers `address`, with the distance in *offset; NULL if there is none. */
const char *elf_symbol(const uint8_t *file, size_t size, uint64_t address, uint64_t *offset);

#endif

/* SPDX-License-Identifier: MIT */
/* Disassembly by Zydis, a library that only vmm-symbolizer links. Used by vmm_symbolizer.c. */
#ifndef VMM_TOOLS_SYMBOLIZER_DISASSEMBLE_H
#define VMM_TOOLS_SYMBOLIZER_DISASSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/bytes.h"

struct instruction {
	unsigned length; /* bytes */
	bool in, out;	 /* IN or OUT, or a string form of it */
	bool halt;
	bool trap;     /* SYSCALL, SYSENTER, INT n or INT3 */
	char text[96]; /* AT&T syntax, as the guest's assembly is written */
};

/* False when Zydis was missing when this was built: the functions below always return false then. */
extern const bool has_disassembler;

/*
 * Disassembles the instruction at the start of `code`, which the guest has at `address`, in 64-bit mode, or with
 * `legacy` in 32-bit protected mode. False when it is none.
 */
bool disassemble(struct bytes code, uint64_t address, bool legacy, struct instruction *instruction);

/* The same without the text, which stays empty; much cheaper. */
bool measure(struct bytes code, bool legacy, struct instruction *instruction);

#endif

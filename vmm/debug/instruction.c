/* SPDX-License-Identifier: MIT */
/* Decodes the few instructions that counting treats specially: see instruction.h. */
#include "debug/instruction.h"

#include <string.h>

#include "machine/paging.h"

enum {
	OPCODE_TWO_BYTE = 0x0f,
	OPCODE_POP_SS = 0x17,
	OPCODE_JCC = 0x70, /* to 0x7f */
	OPCODE_MOV_TO_SEGMENT = 0x8e,
	OPCODE_INT3 = 0xcc,
	OPCODE_INT = 0xcd,
	OPCODE_IRET = 0xcf,
	OPCODE_LOOPNE = 0xe0,
	OPCODE_JCXZ = 0xe3,
	OPCODE_JMP = 0xeb,
	OPCODE_INT1 = 0xf1,
	OPCODE_HLT = 0xf4,
	OPCODE_STI = 0xfb,
	OPCODE_SYSRET = 0x07,	/* after 0x0f */
	OPCODE_SYSEXIT = 0x35,	/* after 0x0f */
	OPCODE_GROUP_15 = 0xae, /* after 0x0f: FXSAVE, FXRSTOR, LDMXCSR, XSAVE, ... (Intel SDM vol. 2D, table A-6) */
	REX_W = 0x48,
	MODRM_SS_REGISTER = 0xd0, /* mod = 3, reg = SS */
	MODRM_NOT_RM = 0xf8,	  /* mask: mod and reg */
	MODRM_SIB = 4,		  /* rm: a SIB byte follows */
	MODRM_ABSOLUTE = 5,	  /* rm or SIB base, with mod = 0: a 32-bit displacement follows */
	MODRM_REGISTER = 0xc0,	  /* from here on: mod = 3, a register operand */
	RPL = 3,		  /* mask: privilege level in a selector */
};

struct code {
	bool is_repeated, has_rex_w, has_operand_size;
	uint8_t opcode, second;
	uint8_t operand[2]; /* ModRM and SIB of a two-byte opcode */
	unsigned prefixes;  /* bytes */
};

static bool is_prefix(uint8_t byte, bool long_mode)
{
	return (byte != 0 && strchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte) != NULL) ||
	       (long_mode && (byte & 0xf0) == 0x40);
}

/* Reads and splits the instruction at linear address `at`. Bytes that are not mapped are taken for 0. */
static struct code read_code(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t at, int first)
{
	uint8_t bytes[INSTRUCTION_MAX + sizeof(((struct code *)0)->operand) + 1] = {0};
	struct code code = {0};
	unsigned i = 0;

	paging_read(memory, sregs, at, bytes, INSTRUCTION_MAX);
	if (first >= 0)
		bytes[0] = (uint8_t)first;
	for (; i < INSTRUCTION_MAX - 1 && is_prefix(bytes[i], sregs->cs.l); i++) {
		code.is_repeated |= bytes[i] == 0xf2 || bytes[i] == 0xf3;
		code.has_operand_size |= bytes[i] == 0x66;
		code.has_rex_w |= sregs->cs.l && (bytes[i] & REX_W) == REX_W && bytes[i] < 0x50;
	}
	code.prefixes = i;
	code.opcode = bytes[i];
	code.second = bytes[i + 1];
	memcpy(code.operand, &bytes[i + 2], sizeof(code.operand));
	return code;
}

static bool is_string(uint8_t opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) ||
	       (opcode >= 0xaa && opcode <= 0xaf);
}

/* Whether a short jump (JMP, Jcc, LOOP, JCXZ) jumps to its own first byte. */
static bool is_self(const struct code *code)
{
	const bool is_short_jump = (code->opcode & 0xf0) == OPCODE_JCC || code->opcode == OPCODE_JMP ||
				   (code->opcode >= OPCODE_LOOPNE && code->opcode <= OPCODE_JCXZ);

	return is_short_jump && (int8_t)code->second == -(int)code->prefixes - 2;
}

/* SYSRET, SYSEXIT, or an IRET whose stack frame has a selector of ring 3. */
static bool is_leaving(const struct memory *memory, const struct kvm_sync_regs *registers, const struct code *code)
{
	const unsigned word = code->has_rex_w ? 8 : code->has_operand_size ? 2 : 4;
	uint16_t selector = 0;

	if (code->opcode == OPCODE_TWO_BYTE)
		return code->second == OPCODE_SYSRET || code->second == OPCODE_SYSEXIT;
	if (code->opcode != OPCODE_IRET)
		return false;
	const uint64_t stack = registers->sregs.cs.l ? registers->regs.rsp
						     : (uint32_t)(registers->sregs.ss.base + registers->regs.rsp);
	paging_read(memory, &registers->sregs, stack + word, &selector, sizeof(selector));
	return (selector & RPL) == RPL;
}

/* The length in bytes of a memory operand: ModRM, SIB and displacement (Intel SDM vol. 2A, 2.1.5). */
static unsigned operand_length(const uint8_t operand[2])
{
	const unsigned mode = operand[0] >> 6, base = operand[0] & 7, has_sib = base == MODRM_SIB;
	const bool is_absolute = mode == 0 && (has_sib ? (operand[1] & 7) : base) == MODRM_ABSOLUTE;

	return 1 + has_sib + (is_absolute || mode == 2 ? 4 : mode);
}

static uint64_t shadow_end(const struct code *code, uint64_t rip)
{
	rip += code->prefixes;
	if (code->opcode == OPCODE_POP_SS || code->opcode == OPCODE_STI)
		return rip + 1;
	if (code->opcode == OPCODE_MOV_TO_SEGMENT && (code->second & MODRM_NOT_RM) == MODRM_SS_REGISTER)
		return rip + 2;
	if (code->opcode == OPCODE_TWO_BYTE && code->second == OPCODE_GROUP_15 && code->operand[0] < MODRM_REGISTER)
		return rip + 2 + operand_length(code->operand);
	return 0;
}

struct instruction instruction_at(const struct memory *memory, const struct kvm_sync_regs *registers, uint64_t rip,
				  int first)
{
	const struct code code = read_code(memory, &registers->sregs, rip, first);

	return (struct instruction){
		.is_rep = code.is_repeated && is_string(code.opcode),
		.is_halt = code.opcode == OPCODE_HLT,
		.is_self = is_self(&code),
		.is_sti = code.opcode == OPCODE_STI,
		.is_interrupt = code.opcode == OPCODE_INT || code.opcode == OPCODE_INT3 || code.opcode == OPCODE_INT1,
		.is_leaving = is_leaving(memory, registers, &code),
		.shadow_end = shadow_end(&code, rip),
	};
}

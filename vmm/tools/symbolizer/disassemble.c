/* SPDX-License-Identifier: MIT */
#include "tools/symbolizer/disassemble.h"

#ifdef HAVE_ZYDIS

#include <Zydis/Zydis.h>

#include "base/array.h"

const bool has_disassembler = true;

static bool is_out(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_OUT || mnemonic == ZYDIS_MNEMONIC_OUTSB || mnemonic == ZYDIS_MNEMONIC_OUTSW ||
	       mnemonic == ZYDIS_MNEMONIC_OUTSD;
}

static void classify(const ZydisDecodedInstruction *decoded, struct instruction *instruction)
{
	bool io = decoded->meta.category == ZYDIS_CATEGORY_IO || decoded->meta.category == ZYDIS_CATEGORY_IOSTRINGOP;

	instruction->length = decoded->length;
	instruction->out = io && is_out(decoded->mnemonic);
	instruction->in = io && !instruction->out;
	instruction->trap =
		decoded->meta.category == ZYDIS_CATEGORY_SYSCALL || decoded->meta.category == ZYDIS_CATEGORY_INTERRUPT;
	instruction->halt = decoded->mnemonic == ZYDIS_MNEMONIC_HLT;
}

static const struct {
	ZydisFormatterProperty property;
	ZyanUPointer value;
} styles[] = {
	{ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE},
	{ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE, ZYDIS_PADDING_DISABLED},
	{ZYDIS_FORMATTER_PROP_ADDR_PADDING_RELATIVE, ZYDIS_PADDING_DISABLED},
};

static bool make_formatter(ZydisFormatter *formatter)
{
	bool made = ZYAN_SUCCESS(ZydisFormatterInit(formatter, ZYDIS_FORMATTER_STYLE_ATT));

	for (size_t i = 0; i < COUNT(styles) && made; i++)
		made = ZYAN_SUCCESS(ZydisFormatterSetProperty(formatter, styles[i].property, styles[i].value));
	return made;
}

static bool make_decoder(ZydisDecoder *decoder, bool legacy)
{
	return ZYAN_SUCCESS(ZydisDecoderInit(decoder,
					     legacy ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LONG_64,
					     legacy ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_64));
}

bool disassemble(struct bytes code, uint64_t address, bool legacy, struct instruction *instruction)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction decoded;
	ZydisFormatter formatter;
	ZydisDecoder decoder;

	if (code.size == 0 || !make_decoder(&decoder, legacy) || !make_formatter(&formatter) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code.start, code.size, &decoded, operands)))
		return false;
	classify(&decoded, instruction);
	return ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &decoded, operands,
							    decoded.operand_count_visible, instruction->text,
							    sizeof(instruction->text), address, NULL));
}

bool measure(struct bytes code, bool legacy, struct instruction *instruction)
{
	ZydisDecodedInstruction decoded;
	ZydisDecoder decoder;

	if (code.size == 0 || !make_decoder(&decoder, legacy) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code.start, code.size, &decoded)))
		return false;
	classify(&decoded, instruction);
	instruction->text[0] = '\0';
	return true;
}

#else

const bool has_disassembler = false;

bool disassemble(struct bytes code, uint64_t address, bool legacy, struct instruction *instruction)
{
	(void)code, (void)address, (void)legacy, (void)instruction;
	return false;
}

bool measure(struct bytes code, bool legacy, struct instruction *instruction)
{
	(void)code, (void)legacy, (void)instruction;
	return false;
}

#endif

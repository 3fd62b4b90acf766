/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the readers of symbols and code in images: any bytes as an ELF file and as an archive of programs.
 * Run by tests/fuzz/run.
 */
#include <stdint.h>
#include <stdlib.h>

#include "formats/elf64.h"
#include "ringside/device.h"
#include "symbols/symbols.h"
#include "tools/trace/read/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the first and the last byte, for the address sanitizer. */
static void touch(struct bytes found)
{
	volatile uint8_t byte;

	if (found.size > 0) {
		byte = found.start[0];
		byte = found.start[found.size - 1];
	}
	(void)byte;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	if (symbols == NULL)
		abort();
	symbols_add_elf(symbols, "kernel", 0, data, size);
	symbols_add_archive(symbols, data, size);
	for (uint64_t address = 0; address < 64; address++)
		symbols_lookup(symbols, (int)(address % 3), address << address, &offset);
	symbols_free(symbols);
	touch(elf64_at_address((struct bytes){data, size}, 0x1000, 0));
	touch(elf64_at_address((struct bytes){data, size}, 0x401000, ELF_PF_W));
	touch(elf64_section_named((struct bytes){data, size}, RINGSIDE_INITRD_SECTION));
	touch(elf64_build_id((struct bytes){data, size}));
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the readers of symbols and code in images: any bytes as an ELF file and as an archive of programs.
 * Run by tests/fuzz/run.
 */
#include <stdint.h>
#include <stdlib.h>

#include "symbols/image_file.h"
#include "symbols/symbols.h"
#include "tools/trace/read/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	elf_code((struct bytes){data, size}, 0x1000);
	image_file_initrd((struct bytes){data, size});
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Symbols in a trace file: written and read, and what makes no sense refused. */
#include "symbols_image.h"

Test(symbols_section, section_round_trip)
{
	struct image *elf = make_image();
	struct symbols *symbols = symbols_of(elf, sizeof(*elf)), *read = symbols_new();
	size_t size = symbols_section_size(symbols);
	void *section = malloc(size);

	symbols_section_write(symbols, section);
	cr_assert_eq(symbols_section_read(read, section, size), 0);
	ASSERT_SYMBOL(read, 0, 0x2001, "second", 1);
	cr_assert_str_eq(symbols_image_name(read, 0), "kernel");
	symbols_add_elf(read, "one", 4, elf, sizeof(*elf));
	ASSERT_SYMBOL(read, 1, 0x2001, "second", 1);

	cr_assert_eq(symbols_section_read(read, section, size - 1), -1);
	cr_assert_null(symbols_image_name(read, 0), "as new");
	cr_assert_eq(symbols_section_read(read, section, 0), 0, "none is fine");
	symbols_add_elf(read, "again", 0, elf, sizeof(*elf));
	ASSERT_SYMBOL(read, 0, 0x2001, "second", 1);
	free(section);
	symbols_free(symbols);
	symbols_free(read);
	free(elf);
}

Test(symbols_section, hostile_section)
{
	struct image *elf = make_image();
	struct symbols *symbols = symbols_of(elf, sizeof(*elf)), *read = symbols_new();
	size_t size = symbols_section_size(symbols);
	unsigned char *good = malloc(size), *bad = malloc(size);
	unsigned refused = 0;

	symbols_section_write(symbols, good);
	for (size_t at = 0; at < size; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			memcpy(bad, good, size);
			bad[at] ^= (unsigned char)(1u << bit);
			refused += symbols_section_read(read, bad, size) < 0;
			for (uint64_t address = 0xff0; address < 0x50000; address += 0x808)
				nothing_at(read, 0, address);
		}
	cr_assert_gt(refused, 100);
	free(good);
	free(bad);
	symbols_free(symbols);
	symbols_free(read);
	free(elf);
}

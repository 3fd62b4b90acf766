/* SPDX-License-Identifier: MIT */
/* Unit tests of the symbol section of a trace file, with every count, length, index and string wrong in turn. */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbols/symbols_table.h"

/* A section as docs/trace-format.md defines it: two images, three symbols. */
struct section {
	uint32_t image_count, symbol_count, string_bytes, reserved;
	struct symbol_image images[2];
	struct symbol list[3];
	char strings[24];
};

static const struct section good = {
	.image_count = 2,
	.symbol_count = 3,
	.string_bytes = sizeof(good.strings),
	.images = {{0, 1, 0, 2, 0}, {512, 8, 2, 1, 0}},
	.list = {{0x1000, 16, 1}, {0x2000, 0, 8}, {0x400000, 4, 13}},
	.strings = "\0kernel\0init\0main\0xxxxx",
};

static int read_section(const void *section, size_t size)
{
	struct symbols *symbols = symbols_new();
	int result = symbols_section_read(symbols, section, size);
	uint64_t offset;

	/* Lookups must work whether or not the section was accepted. */
	for (int image = -1; image < 4; image++)
		symbols_lookup(symbols, image, 0x1008, &offset);
	symbols_free(symbols);
	return result;
}

static int with(size_t offset, uint32_t value)
{
	struct section bad = good;

	memcpy((char *)&bad + offset, &value, sizeof(value));
	return read_section(&bad, sizeof(bad));
}

#define REFUSED(member, value) cr_assert_eq(with(offsetof(struct section, member), (value)), -1, #member " " #value)

Test(symbols_section, good)
{
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	cr_assert_eq(symbols_section_read(symbols, &good, sizeof(good)), 0);
	cr_assert_str_eq(symbols_lookup(symbols, 0, 0x1008, &offset), "kernel");
	cr_assert_eq(offset, 8);
	cr_assert_str_eq(symbols_lookup(symbols, 1, 0x400000, &offset), "main");
	symbols_free(symbols);
}

Test(symbols_section, counts)
{
	const uint32_t wrong[] = {0, 1, 4, 1 << 20, UINT32_MAX / 24, UINT32_MAX};

	for (size_t i = 0; i < COUNT(wrong); i++) {
		REFUSED(image_count, wrong[i]);
		REFUSED(symbol_count, wrong[i]);
		REFUSED(string_bytes, wrong[i]);
	}
	REFUSED(images[0].count, 4);
	REFUSED(images[0].count, UINT32_MAX);
	REFUSED(images[1].first, 3);
	REFUSED(images[1].first, UINT32_MAX);
	REFUSED(images[1].count, UINT32_MAX);
}

Test(symbols_section, symbols_of_two_images)
{
	struct section bad = good;

	bad.images[1] = (struct symbol_image){512, 8, 0, 2, 0};
	cr_assert_eq(read_section(&bad, sizeof(bad)), -1);
}

Test(symbols_section, strings)
{
	struct section bad = good;

	REFUSED(images[0].name, sizeof(good.strings));
	REFUSED(images[1].name, UINT32_MAX);
	REFUSED(list[2].name, sizeof(good.strings));
	REFUSED(list[0].name, UINT32_MAX);
	bad.strings[sizeof(bad.strings) - 1] = 'x';
	cr_assert_eq(read_section(&bad, sizeof(bad)), -1, "no end");
	bad = good;
	bad.strings[0] = 'x';
	cr_assert_eq(read_section(&bad, sizeof(bad)), -1, "the first string must be empty");
}

Test(symbols_section, order)
{
	REFUSED(list[0].address, 0x2000);
	REFUSED(list[0].address, 0x3000);
	cr_assert_eq(with(offsetof(struct section, list[2].address), 1), 0, "addresses of another image may be lower");
}

Test(symbols_section, cut_at_every_byte)
{
	for (size_t size = 1; size < sizeof(good); size++) {
		char *part = malloc(size); /* of exactly this size, so that ASan sees reads beyond its end */
		memcpy(part, &good, size);
		cr_assert_eq(read_section(part, size), -1, "%zu bytes", size);
		free(part);
	}
	cr_assert_eq(read_section(&good, 0), 0, "an empty section is accepted");
}

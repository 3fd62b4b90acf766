/* SPDX-License-Identifier: MIT */
/* Unit tests of reading the initrd: entries, names, numbers and lookups. */
#include "cpio_image.h"

TestSuite(cpio, .init = setup, .fini = teardown);

/* ---- entries ---- */

Test(cpio, gives_the_entries_in_order)
{
	size_t position = 0;

	add("init", "abcd");
	add("bin", "");
	add("bin/sieve", "x");
	finish_with_trailer();
	check_next(&position, "init", "abcd");
	check_next(&position, "bin", "");
	check_next(&position, "bin/sieve", "x");
	check_end(position, 0);
}

Test(cpio, pads_names_and_data_of_every_length)
{
	static const char *const texts[] = {"a", "ab", "abc", "abcd", "abcde"};
	size_t position = 0;

	for (unsigned i = 0; i < 5; i++)
		for (unsigned j = 0; j < 5; j++)
			add(texts[i], texts[j]);
	finish_with_trailer();
	for (unsigned i = 0; i < 5; i++)
		for (unsigned j = 0; j < 5; j++)
			check_next(&position, texts[i], texts[j]);
	check_end(position, 0);
}

Test(cpio, points_into_the_archive)
{
	struct cpio_entry entry;
	size_t position = 0;

	add("init", "abcd");
	finish_with_trailer();
	cr_assert_eq(cpio_next(&archive, &position, &entry), 1);
	cr_assert_eq(entry.header, archive.start);
	cr_assert_eq((const uint8_t *)entry.name, archive.start + CPIO_HEADER_SIZE);
	cr_assert_eq(entry.data, archive.start + CPIO_HEADER_SIZE + 6);
	cr_assert_eq(position, CPIO_HEADER_SIZE + 6 + 4);
}

Test(cpio, the_trailer_is_the_end_whatever_follows)
{
	size_t position = 0;

	finish_with_trailer();
	check_end(position, 0);
	add("after", "");
	finish(used);
	check_end(position, 0);
}

Test(cpio, a_name_that_only_looks_like_the_trailer)
{
	size_t position = 0;

	add("TRAILER!!!x", "");
	add("TRAILER!!", "");
	add("./TRAILER!!!", "");
	finish_with_trailer();
	check_next(&position, "TRAILER!!!x", "");
	check_next(&position, "TRAILER!!", "");
	check_next(&position, "TRAILER!!!", "");
	check_end(position, 0);
}

Test(cpio, skips_prefixes_of_names)
{
	static const struct {
		const char *written, *read;
	} names[] = {
		{"./init", "init"},
		{"/init", "init"},
		{"//init", "init"},
		{".//./init", "init"},
		{"/./init", "init"},
		{"../init", "../init"},
		{".init", ".init"},
		{".", "."},
		{"./", ""},
		{"/", ""},
		{"./.", "."},
		{"..", ".."},
		{"", ""},
		{"bin/./sieve", "bin/./sieve"},
		{"/bin//sieve", "bin//sieve"},
	};
	size_t position = 0;

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		add(names[i].written, "");
	finish_with_trailer();
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		check_next(&position, names[i].read, "");
	check_end(position, 0);
}

Test(cpio, a_name_may_be_shorter_than_its_size)
{
	size_t position = 0, header = add("init\1\1\1", "abcd");

	image[header + CPIO_HEADER_SIZE + 4] = '\0';
	finish_with_trailer();
	check_next(&position, "init", "abcd");
	check_end(position, 0);
}

Test(cpio, data_may_hold_anything)
{
	size_t position = 0;

	add("archive", "070701TRAILER!!!");
	add("init", "x");
	finish_with_trailer();
	check_next(&position, "archive", "070701TRAILER!!!");
	check_next(&position, "init", "x");
}

Test(cpio, data_may_end_with_the_archive)
{
	size_t position = 0;

	add("init", "abcde");
	finish(CPIO_HEADER_SIZE + 6 + 5);
	check_next(&position, "init", "abcde");
	check_end(position, -1);
}

/* ---- numbers ---- */

Test(cpio, gives_the_numbers_of_a_header)
{
	struct cpio_entry entry = {0};

	add("init", "abcd");
	finish_with_trailer();
	cr_assert_eq(cpio_find(&archive, "init", &entry), 1);
	cr_assert_eq(cpio_number(entry.header, CPIO_INODE), 0x11);
	cr_assert_eq(cpio_number(entry.header, CPIO_MODE), 0x81ed);
	cr_assert_eq(cpio_number(entry.header, CPIO_LINKS), 0x55);
	cr_assert_eq(cpio_number(entry.header, CPIO_TIME), 0x66);
	cr_assert_eq(cpio_number(entry.header, CPIO_DEVICE_MAJOR), 0x99);
	cr_assert_eq(cpio_number(entry.header, CPIO_DEVICE_MINOR), 0xaa);
}

static uint32_t mode_written_as(const char *digits)
{
	struct cpio_entry entry = {0};

	memcpy(image + CPIO_MODE, digits, DIGITS);
	finish(used);
	cr_assert_eq(cpio_find(&archive, "init", &entry), 1);
	return cpio_number(entry.header, CPIO_MODE);
}

Test(cpio, numbers_are_hexadecimal_of_either_case)
{
	add("init", "");
	add("TRAILER!!!", "");
	cr_assert_eq(mode_written_as("01234567"), 0x01234567);
	cr_assert_eq(mode_written_as("89abcdef"), 0x89abcdef);
	cr_assert_eq(mode_written_as("89ABCDEF"), 0x89abcdef);
	cr_assert_eq(mode_written_as("ffffffff"), UINT32_MAX);
}

Test(cpio, a_number_without_digits_is_0)
{
	add("init", "");
	add("TRAILER!!!", "");
	cr_assert_eq(mode_written_as("0000 1ed"), 0);
	cr_assert_eq(mode_written_as("\0\0\0\0\0\0\0\0"), 0);
	cr_assert_eq(mode_written_as("0x0081ed"), 0);
	cr_assert_eq(mode_written_as("g0000000"), 0);
	cr_assert_eq(mode_written_as("\xff\xff\xff\xff\xff\xff\xff\xff"), 0);
}

/* ---- lookups ---- */

Test(cpio, finds_a_file_by_any_of_its_spellings)
{
	add("./init", "first");
	add("bin/sieve", "second");
	finish_with_trailer();
	check_found("init", "first");
	check_found("/init", "first");
	check_found("./init", "first");
	check_found("//bin/sieve", "second");
}

Test(cpio, finds_whole_names_only)
{
	add("init", "first");
	add("bin/sieve", "second");
	finish_with_trailer();
	check_not_found("ini", 0);
	check_not_found("initx", 0);
	check_not_found("sieve", 0);
	check_not_found("bin", 0);
	check_not_found("", 0);
	check_not_found("TRAILER!!!", 0);
}

Test(cpio, the_last_of_equal_names_wins)
{
	add("init", "old");
	add("other", "other");
	add("/init", "new");
	add("last", "");
	finish_with_trailer();
	check_found("init", "new");
}

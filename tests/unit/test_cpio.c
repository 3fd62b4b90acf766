/* SPDX-License-Identifier: MIT */
/* Unit tests of reading the initrd, which each test builds in memory and may damage. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "cpio_writer.h"

enum { DIGITS = 8 };

static char image[4096]; /* the archive that the test builds */
static size_t used;
static struct bytes archive; /* a copy of exactly its size, so that the address sanitizer sees reads beyond its end */

static void setup(void)
{
	memset(image, 0, sizeof(image));
	used = 0;
	archive = (struct bytes){NULL, 0};
}

static void teardown(void)
{
	free((void *)(uintptr_t)archive.start);
}

/* Adds an entry whose header fields are multiples of 0x11. Returns the offset of its header. */
static size_t add(const char *name, const char *data)
{
	size_t start = used;

	cr_assert_lt(used + CPIO_HEADER_SIZE + strlen(name) + strlen(data), sizeof(image) - 8);
	cpio_append(image, &used,
		    (struct cpio_member){
			    .name = name,
			    .data = data,
			    .size = strlen(data),
			    .inode = 0x11,
			    .mode = 0x81ed,
			    .links = 0x55,
			    .time = 0x66,
			    .device_major = 0x99,
			    .device_minor = 0xaa,
		    });
	return start;
}

static void finish(size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, image, size);
	teardown();
	archive = (struct bytes){copy, size};
}

static void finish_with_trailer(void)
{
	add("TRAILER!!!", "");
	finish(used);
}

static void check_next(size_t *position, const char *name, const char *data)
{
	struct cpio_entry entry;

	cr_assert_eq(cpio_next(&archive, position, &entry), 1);
	cr_assert_str_eq(entry.name, name);
	cr_assert_eq(entry.size, strlen(data));
	cr_assert_arr_eq(entry.data, data, entry.size);
}

/* Checks that reading at `position` returns `expected` and changes neither the position nor the entry. */
static void check_end(size_t position, int expected)
{
	struct cpio_entry entry = {.name = "untouched"};
	size_t before = position;

	cr_assert_eq(cpio_next(&archive, &position, &entry), expected);
	cr_assert_eq(position, before);
	cr_assert_str_eq(entry.name, "untouched");
}

static void check_found(const char *name, const char *data)
{
	struct cpio_entry entry;

	cr_assert_eq(cpio_find(&archive, name, &entry), 1, "%s", name);
	cr_assert_eq(entry.size, strlen(data));
	cr_assert_arr_eq(entry.data, data, entry.size);
}

static void check_not_found(const char *name, int expected)
{
	struct cpio_entry entry = {.name = "untouched"};

	cr_assert_eq(cpio_find(&archive, name, &entry), expected, "%s", name);
	cr_assert_str_eq(entry.name, "untouched");
}

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

	for (unsigned i = 0; i < COUNT(names); i++)
		add(names[i].written, "");
	finish_with_trailer();
	for (unsigned i = 0; i < COUNT(names); i++)
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

/* ---- every kind of damage ---- */

static void set_number(size_t header, unsigned offset, uint32_t value)
{
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%08x", value);
	memcpy(image + header + offset, digits, DIGITS);
}

Test(cpio, nothing_is_no_archive)
{
	check_end(0, -1); /* an empty archive */
	finish(0);
	check_end(0, -1);
	check_not_found("init", -1);
}

Test(cpio, a_position_beyond_the_end)
{
	add("init", "");
	finish_with_trailer();
	check_end(archive.size, -1);
	check_end(archive.size + 1, -1);
	check_end(SIZE_MAX, -1);
	check_end(SIZE_MAX - CPIO_HEADER_SIZE, -1);
}

Test(cpio, truncated_at_every_byte)
{
	size_t second, trailer, whole;

	add("init", "abcde");
	second = used;
	add("bin/sieve", "second");
	trailer = used;
	add("TRAILER!!!", "");
	whole = used;
	for (size_t size = 0; size < whole; size++) {
		size_t position = 0;
		struct cpio_entry entry;
		unsigned entries = 0;
		int result;

		finish(size);
		while ((result = cpio_next(&archive, &position, &entry)) == 1)
			entries++;
		cr_assert_eq(result, -1, "cut to %zu bytes", size);
		cr_assert_eq(entries, (size >= second - 3) + (size >= trailer - 2), "cut to %zu bytes", size);
	}
	finish(whole);
	check_found("bin/sieve", "second");
}

Test(cpio, every_byte_of_the_magic_counts)
{
	add("init", "");
	add("TRAILER!!!", "");
	for (unsigned i = 0; i < 6; i++) {
		char kept = image[i];
		for (unsigned byte = 0; byte < 256; byte++) {
			bool good = (char)byte == kept || (i == 5 && byte == '2');
			image[i] = (char)byte;
			finish(used);
			if (good)
				check_found("init", "");
			else
				check_end(0, -1);
		}
		image[i] = kept;
	}
}

Test(cpio, every_digit_of_the_sizes_counts)
{
	static const unsigned fields[] = {CPIO_FILE_SIZE, CPIO_NAME_SIZE};

	add("init", "");
	add("TRAILER!!!", "");
	for (unsigned field = 0; field < 2; field++)
		for (unsigned i = 0; i < DIGITS; i++) {
			char *digit = &image[fields[field] + i], kept = *digit;
			for (const char *bad = " gG/:@`-+xX\x80\xff"; *bad != '\0'; bad++) {
				*digit = *bad;
				finish(used);
				check_end(0, -1);
			}
			*digit = '\0';
			finish(used);
			check_end(0, -1);
			*digit = kept;
		}
}

Test(cpio, sizes_of_names_that_cannot_be)
{
	static const uint32_t sizes[] = {0, 0x7fffffff, 0x80000000, 0xffffff92, 0xfffffffc, 0xfffffffe, UINT32_MAX};

	add("init", "");
	add("TRAILER!!!", "");
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		set_number(0, CPIO_NAME_SIZE, sizes[i]);
		finish(used);
		check_end(0, -1);
	}
	set_number(0, CPIO_NAME_SIZE, 0);
	image[CPIO_HEADER_SIZE - 1] = '\0'; /* the byte that would be the NUL of an empty name */
	finish(used);
	check_end(0, -1);
	set_number(0, CPIO_NAME_SIZE, (uint32_t)(used - CPIO_HEADER_SIZE + 1));
	finish(used);
	check_end(0, -1);
}

Test(cpio, a_name_without_its_end)
{
	add("init", "");
	add("TRAILER!!!", "");
	set_number(0, CPIO_NAME_SIZE, 4);
	finish(used);
	check_end(0, -1);
}

Test(cpio, an_archive_that_ends_with_a_name)
{
	size_t position = 0;

	add("ab", "");
	finish(CPIO_HEADER_SIZE + 5);
	check_end(0, -1); /* data begins at a multiple of four */
	finish(CPIO_HEADER_SIZE + 6);
	check_next(&position, "ab", "");
	check_end(position, -1);
}

Test(cpio, data_beyond_the_end)
{
	static const uint32_t sizes[] = {0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffd, UINT32_MAX};
	size_t position = 0;

	add("init", "abcd");
	finish(used);
	check_next(&position, "init", "abcd");
	set_number(0, CPIO_FILE_SIZE, 5);
	finish(used);
	check_end(0, -1);
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		set_number(0, CPIO_FILE_SIZE, sizes[i]);
		finish(used);
		check_end(0, -1);
	}
}

Test(cpio, a_trailer_with_data_beyond_the_end_is_damaged)
{
	size_t header = add("TRAILER!!!", "");

	set_number(header, CPIO_FILE_SIZE, UINT32_MAX);
	finish(used);
	check_end(0, -1);
}

Test(cpio, finds_what_lies_before_the_damage)
{
	add("init", "first");
	size_t header = add("damaged", "");
	add("behind", "");
	add("TRAILER!!!", "");
	image[header] = '1';
	finish(used);
	check_found("init", "first");
	check_not_found("damaged", -1);
	check_not_found("behind", -1);
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of reading a damaged initrd, with every kind of damage. */
#include "cpio_image.h"

TestSuite(cpio_damaged, .init = setup, .fini = teardown);

static void set_number(size_t header, unsigned offset, uint32_t value)
{
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%08x", value);
	memcpy(image + header + offset, digits, DIGITS);
}

Test(cpio_damaged, nothing_is_no_archive)
{
	check_end(0, -1); /* an empty archive */
	finish(0);
	check_end(0, -1);
	check_not_found("init", -1);
}

Test(cpio_damaged, a_position_beyond_the_end)
{
	add("init", "");
	finish_with_trailer();
	check_end(archive.size, -1);
	check_end(archive.size + 1, -1);
	check_end(SIZE_MAX, -1);
	check_end(SIZE_MAX - CPIO_HEADER_SIZE, -1);
}

Test(cpio_damaged, truncated_at_every_byte)
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

Test(cpio_damaged, every_byte_of_the_magic_counts)
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

Test(cpio_damaged, every_digit_of_the_sizes_counts)
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

Test(cpio_damaged, sizes_of_names_that_cannot_be)
{
	static const uint32_t sizes[] = {0, 0x7fffffff, 0x80000000, 0xffffff92, 0xfffffffc, 0xfffffffe, UINT32_MAX};

	add("init", "");
	add("TRAILER!!!", "");
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
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

Test(cpio_damaged, a_name_without_its_end)
{
	add("init", "");
	add("TRAILER!!!", "");
	set_number(0, CPIO_NAME_SIZE, 4);
	finish(used);
	check_end(0, -1);
}

Test(cpio_damaged, an_archive_that_ends_with_a_name)
{
	size_t position = 0;

	add("ab", "");
	finish(CPIO_HEADER_SIZE + 5);
	check_end(0, -1); /* data begins at a multiple of four */
	finish(CPIO_HEADER_SIZE + 6);
	check_next(&position, "ab", "");
	check_end(position, -1);
}

Test(cpio_damaged, data_beyond_the_end)
{
	static const uint32_t sizes[] = {0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffd, UINT32_MAX};
	size_t position = 0;

	add("init", "abcd");
	finish(used);
	check_next(&position, "init", "abcd");
	set_number(0, CPIO_FILE_SIZE, 5);
	finish(used);
	check_end(0, -1);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		set_number(0, CPIO_FILE_SIZE, sizes[i]);
		finish(used);
		check_end(0, -1);
	}
}

Test(cpio_damaged, a_trailer_with_data_beyond_the_end_is_damaged)
{
	size_t header = add("TRAILER!!!", "");

	set_number(header, CPIO_FILE_SIZE, UINT32_MAX);
	finish(used);
	check_end(0, -1);
}

Test(cpio_damaged, finds_what_lies_before_the_damage)
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

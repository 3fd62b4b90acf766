/* SPDX-License-Identifier: MIT */
/* Builds an initrd in memory, which a test may damage before the kernel's reader reads it. Used by test_guest_cpio*.c.
 */
#ifndef TESTS_UNIT_CPIO_IMAGE_H
#define TESTS_UNIT_CPIO_IMAGE_H

#include "kernel/lib/cpio.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Offsets in a header, cpio(5) "New ASCII Format". */
enum { MAGIC = 0, FILE_SIZE = 54, NAME_SIZE = 94, NAME = 110, DIGITS = 8 };

static char image[4096]; /* the archive that the test builds */
static size_t used;
static struct cpio archive; /* a copy of exactly its size, so that the address sanitizer sees reads beyond its end */

static inline void setup(void)
{
	memset(image, 0, sizeof(image));
	used = 0;
	archive = (struct cpio){NULL, 0};
}

static inline void teardown(void)
{
	free((void *)(uintptr_t)archive.bytes);
}

static inline void put(const void *bytes, size_t size)
{
	cr_assert_lt(used + size, sizeof(image) - 4);
	memcpy(image + used, bytes, size);
	used = (used + size + 3) / 4 * 4;
}

/* Adds an entry whose header fields are 1 to 11 times 0x11 in their order. Returns the offset of its header. */
static inline size_t add(const char *name, const char *data)
{
	size_t start = used, name_size = strlen(name) + 1;
	char header[512];

	int length =
		snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X%s", 0x11,
			 0x81ed, 0x33, 0x44, 0x55, 0x66, strlen(data), 0x77, 0x88, 0x99, 0xaa, name_size, 0, name);
	cr_assert_eq((size_t)length, NAME + name_size - 1);
	put(header, NAME + name_size);
	put(data, strlen(data));
	return start;
}

static inline void finish(size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, image, size);
	teardown();
	archive = (struct cpio){copy, size};
}

static inline void finish_with_trailer(void)
{
	add("TRAILER!!!", "");
	finish(used);
}

static inline void check_next(size_t *position, const char *name, const char *data)
{
	struct cpio_entry entry;

	cr_assert_eq(cpio_next(&archive, position, &entry), 1);
	cr_assert_str_eq(entry.name, name);
	cr_assert_eq(entry.size, strlen(data));
	cr_assert_arr_eq(entry.data, data, entry.size);
}

/* Checks that reading at `position` returns `expected` and changes neither the position nor the entry. */
static inline void check_end(size_t position, int expected)
{
	struct cpio_entry entry = {.name = "untouched"};
	size_t before = position;

	cr_assert_eq(cpio_next(&archive, &position, &entry), expected);
	cr_assert_eq(position, before);
	cr_assert_str_eq(entry.name, "untouched");
}

static inline void check_found(const char *name, const char *data)
{
	struct cpio_entry entry;

	cr_assert_eq(cpio_find(&archive, name, &entry), 1, "%s", name);
	cr_assert_eq(entry.size, strlen(data));
	cr_assert_arr_eq(entry.data, data, entry.size);
}

static inline void check_not_found(const char *name, int expected)
{
	struct cpio_entry entry = {.name = "untouched"};

	cr_assert_eq(cpio_find(&archive, name, &entry), expected, "%s", name);
	cr_assert_str_eq(entry.name, "untouched");
}

#endif

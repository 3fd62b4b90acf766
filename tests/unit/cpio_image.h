/* SPDX-License-Identifier: MIT */
/* Builds an initrd in memory, which a test may damage before the kernel's reader reads it. Used by test_guest_cpio*.c.
 */
#ifndef TESTS_UNIT_CPIO_IMAGE_H
#define TESTS_UNIT_CPIO_IMAGE_H

#include "cpio_writer.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { DIGITS = 8 };

static char image[4096]; /* the archive that the test builds */
static size_t used;
static struct bytes archive; /* a copy of exactly its size, so that the address sanitizer sees reads beyond its end */

static inline void setup(void)
{
	memset(image, 0, sizeof(image));
	used = 0;
	archive = (struct bytes){NULL, 0};
}

static inline void teardown(void)
{
	free((void *)(uintptr_t)archive.start);
}

/* Adds an entry whose header fields are multiples of 0x11. Returns the offset of its header. */
static inline size_t add(const char *name, const char *data)
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

static inline void finish(size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, image, size);
	teardown();
	archive = (struct bytes){copy, size};
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

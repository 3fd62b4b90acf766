/* SPDX-License-Identifier: MIT */
/*
 * A range of bytes that came from outside (a kernel image, a program, an archive) and the parts of it. Used by the
 * readers of formats beside this header, which the VMM, its tools and the guest kernel all compile. They are inline
 * functions in freestanding headers, because neither side then has to build and link code of the other.
 */
#ifndef FORMATS_BYTES_H
#define FORMATS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A `start` of NULL means that there is no such range; such a range has no parts. */
struct bytes {
	const uint8_t *start;
	size_t size;
};

/* The part [offset, offset + size); `start` is NULL unless the whole contains all of that part. */
static inline struct bytes bytes_part(struct bytes whole, uint64_t offset, uint64_t size)
{
	if (whole.start == NULL || offset > whole.size || size > whole.size - offset)
		return (struct bytes){NULL, 0};
	return (struct bytes){whole.start + offset, (size_t)size};
}

/* Everything from `offset` on. */
static inline struct bytes bytes_from(struct bytes whole, uint64_t offset)
{
	return bytes_part(whole, offset, whole.size - offset);
}

/* The address of `size` bytes at `offset`, which may be unaligned; NULL unless the whole contains all of them. */
static inline const void *bytes_at(struct bytes whole, uint64_t offset, uint64_t size)
{
	return bytes_part(whole, offset, size).start;
}

/* Whether the range holds exactly these bytes. */
static inline bool bytes_equal(struct bytes bytes, const void *expected, size_t size)
{
	return bytes.start != NULL && bytes.size == size && __builtin_memcmp(bytes.start, expected, size) == 0;
}

/* The string at the start of the range; NULL when no zero byte ends it. */
static inline const char *bytes_string(struct bytes bytes)
{
	for (size_t i = 0; i < bytes.size; i++)
		if (bytes.start[i] == '\0')
			return (const char *)bytes.start;
	return NULL;
}

/* Writes the range as lower-case hexadecimal digits and a zero byte: 2 * size + 1 characters. */
static inline void bytes_hexadecimal(struct bytes bytes, char *text)
{
	for (size_t i = 0; i < bytes.size; i++) {
		*text++ = "0123456789abcdef"[bytes.start[i] >> 4];
		*text++ = "0123456789abcdef"[bytes.start[i] & 15];
	}
	*text = '\0';
}

#endif

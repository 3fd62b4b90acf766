/* SPDX-License-Identifier: MIT */
/*
 * Reads archives in cpio's "newc" format in place: the initrd. Called by the guest kernel, which runs the programs in
 * the initrd, and by the VMM and its tools, which read the programs' symbols and code. Every number in an archive is
 * checked before it is used.
 * Source: cpio(5), "New ASCII Format"; the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
 */
#ifndef FORMATS_CPIO_H
#define FORMATS_CPIO_H

#include "formats/bytes.h"

struct cpio_entry {
	const uint8_t *header;
	const char *name; /* NUL-terminated, in the archive; leading "./" and "/" skipped */
	const uint8_t *data;
	size_t size;
};

/* Offsets in an entry's header of the numbers in it, of eight hexadecimal digits each. */
enum cpio_number {
	CPIO_INODE = 6,
	CPIO_MODE = 14, /* as st_mode */
	CPIO_LINKS = 38,
	CPIO_TIME = 46,
	CPIO_FILE_SIZE = 54,
	CPIO_DEVICE_MAJOR = 78, /* of a device node */
	CPIO_DEVICE_MINOR = 86,
	CPIO_NAME_SIZE = 94, /* with its NUL */
};
enum { CPIO_HEADER_SIZE = 110 };

#define CPIO_EACH_BYTE(value) ((value)*UINT64_C(0x0101010101010101))

/*
 * Reads eight hexadecimal digits, all at once in a word, since every instruction of the guest's boot counts: a letter's
 * low four bits are nine less than its value. Making the digits again from the values shows whether all eight were
 * digits.
 */
static inline bool cpio_read_number(const uint8_t *header, enum cpio_number number, uint32_t *value)
{
	uint64_t digits, letters, values, beyond_nine;

	__builtin_memcpy(&digits, header + number, sizeof(digits));
	letters = (digits & CPIO_EACH_BYTE(0x40)) >> 6;
	digits |= letters << 5; /* lower case */
	values = (digits & CPIO_EACH_BYTE(0x0f)) + letters + (letters << 3);
	beyond_nine = (values + CPIO_EACH_BYTE(0x80 - 10)) >> 7 & CPIO_EACH_BYTE(1);
	if ((values & CPIO_EACH_BYTE(0xf0)) != 0 ||
	    digits != values + CPIO_EACH_BYTE('0') + beyond_nine * ('a' - '0' - 10))
		return false;
	values = __builtin_bswap64(values);
	values = (values | values >> 4) & UINT64_C(0x00ff00ff00ff00ff);
	values = (values | values >> 8) & UINT64_C(0x0000ffff0000ffff);
	*value = (uint32_t)(values | values >> 16);
	return true;
}

/* A number of an entry's header; 0 if it is not made of hexadecimal digits. */
static inline uint32_t cpio_number(const uint8_t *header, enum cpio_number number)
{
	uint32_t value;

	return cpio_read_number(header, number, &value) ? value : 0;
}

static inline bool cpio_same_name(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* The name without leading "/" and "./", as cpio_next() gives it and cpio_find() looks for it. */
static inline const char *cpio_relative_name(const char *name)
{
	for (;;) {
		if (name[0] == '/')
			name++;
		else if (name[0] == '.' && name[1] == '/')
			name += 2;
		else
			return name;
	}
}

static inline size_t cpio_align(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

/*
 * Whether the bytes begin as an archive does: with "070701", or "070702", where entries have a checksum, which few
 * writers fill in and nobody checks.
 */
static inline bool cpio_is_archive(struct bytes bytes)
{
	const char *magic = bytes_at(bytes, 0, 6);

	return magic != NULL && __builtin_memcmp(magic, "07070", 5) == 0 && (magic[5] == '1' || magic[5] == '2');
}

/*
 * Reads the entry at *position and moves *position to the next entry. Returns 1; or 0 when the archive's trailer is at
 * *position; or -1 when the archive is damaged there (bad magic or digits, or a name or data beyond the end).
 */
static inline int cpio_next(const struct bytes *archive, size_t *position, struct cpio_entry *entry)
{
	size_t start = *position;
	uint32_t name_size, file_size;

	if (start > archive->size || archive->size - start < CPIO_HEADER_SIZE)
		return -1;
	const uint8_t *header = archive->start + start;
	if (!cpio_is_archive((struct bytes){header, CPIO_HEADER_SIZE}))
		return -1;
	if (!cpio_read_number(header, CPIO_NAME_SIZE, &name_size) ||
	    !cpio_read_number(header, CPIO_FILE_SIZE, &file_size))
		return -1;

	size_t room = archive->size - start - CPIO_HEADER_SIZE;
	if (name_size == 0 || name_size > room || header[CPIO_HEADER_SIZE + name_size - 1] != '\0')
		return -1;
	size_t data = cpio_align(start + CPIO_HEADER_SIZE + name_size);
	if (data > archive->size || file_size > archive->size - data)
		return -1;

	const char *name = (const char *)header + CPIO_HEADER_SIZE;
	if (cpio_same_name(name, "TRAILER!!!"))
		return 0;
	entry->header = header;
	entry->name = cpio_relative_name(name);
	entry->data = archive->start + data;
	entry->size = file_size;
	*position = cpio_align(data + file_size);
	return 1;
}

/*
 * Finds the last file of that name. Returns 1; or 0 when there is none; or -1 when there is none before the place where
 * the archive is damaged.
 */
static inline int cpio_find(const struct bytes *archive, const char *name, struct cpio_entry *found)
{
	struct cpio_entry entry;
	size_t position = 0;
	bool seen = false;
	int result;

	name = cpio_relative_name(name);
	while ((result = cpio_next(archive, &position, &entry)) == 1)
		if (cpio_same_name(entry.name, name)) {
			*found = entry;
			seen = true;
		}
	return seen ? 1 : result;
}

#endif

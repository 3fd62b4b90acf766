/* SPDX-License-Identifier: MIT */
#include "kernel/lib/cpio.h"

#include <stdbool.h>

/* Offsets of the eight-digit fields of a header, as those of enum cpio_number. */
enum { FILESIZE = 54, NAMESIZE = 94, HEADER_SIZE = 110 };

static bool same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

#define EACH_BYTE(value) ((value)*0x0101010101010101UL)

/*
 * Eight hexadecimal digits, all at once in a word, since at boot every instruction counts: a letter's low
 * four bits are nine less than its value. Digits made again from the values show whether they were any.
 */
static bool field(const uint8_t *header, unsigned offset, uint32_t *value)
{
	uint64_t digits, letters, values, beyond_nine;

	__builtin_memcpy(&digits, header + offset, sizeof(digits));
	letters = (digits & EACH_BYTE(0x40)) >> 6;
	digits |= letters << 5; /* lower case */
	values = (digits & EACH_BYTE(0x0f)) + letters + (letters << 3);
	beyond_nine = (values + EACH_BYTE(0x80 - 10)) >> 7 & EACH_BYTE(1);
	if ((values & EACH_BYTE(0xf0)) != 0 || digits != values + EACH_BYTE('0') + beyond_nine * ('a' - '0' - 10))
		return false;
	values = __builtin_bswap64(values);
	values = (values | values >> 4) & 0x00ff00ff00ff00ffUL;
	values = (values | values >> 8) & 0x0000ffff0000ffffUL;
	*value = (uint32_t)(values | values >> 16);
	return true;
}

static size_t align4(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

static const char *relative(const char *name)
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

int cpio_next(const struct cpio *archive, size_t *position, struct cpio_entry *entry)
{
	size_t start = *position;
	uint32_t name_size, file_size;

	if (start > archive->size || archive->size - start < HEADER_SIZE)
		return -1;
	const uint8_t *header = archive->bytes + start;
	for (unsigned i = 0; i < 5; i++)
		if (header[i] != (uint8_t) "07070"[i])
			return -1;
	/* "070701", or "070702" with a checksum that few writers fill in and nobody checks. */
	if (header[5] != '1' && header[5] != '2')
		return -1;
	if (!field(header, NAMESIZE, &name_size) || !field(header, FILESIZE, &file_size))
		return -1;

	size_t room = archive->size - start - HEADER_SIZE;
	if (name_size == 0 || name_size > room || header[HEADER_SIZE + name_size - 1] != '\0')
		return -1;
	size_t data = align4(start + HEADER_SIZE + name_size);
	if (data > archive->size || file_size > archive->size - data)
		return -1;

	const char *name = (const char *)header + HEADER_SIZE;
	if (same(name, "TRAILER!!!"))
		return 0;
	entry->header = header;
	entry->name = relative(name);
	entry->data = archive->bytes + data;
	entry->size = file_size;
	*position = align4(data + file_size);
	return 1;
}

uint32_t cpio_number(const uint8_t *header, enum cpio_number number)
{
	uint32_t value;

	return field(header, number, &value) ? value : 0;
}

int cpio_find(const struct cpio *archive, const char *name, struct cpio_entry *found)
{
	struct cpio_entry entry;
	size_t position = 0;
	bool seen = false;
	int result;

	name = relative(name);
	while ((result = cpio_next(archive, &position, &entry)) == 1)
		if (same(entry.name, name)) {
			*found = entry;
			seen = true;
		}
	return seen ? 1 : result;
}

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

/* The value of each hexadecimal digit, plus one; 0 = not a digit. */
static const uint8_t digits[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,	['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static bool field(const uint8_t *header, unsigned offset, uint32_t *value)
{
	uint32_t result = 0;

	for (unsigned i = 0; i < 8; i++) {
		uint32_t digit = digits[header[offset + i]];
		if (digit == 0)
			return false;
		result = result << 4 | (digit - 1);
	}
	*value = result;
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

uint32_t cpio_number(const struct cpio_entry *entry, enum cpio_number number)
{
	uint32_t value;

	return field(entry->header, number, &value) ? value : 0;
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

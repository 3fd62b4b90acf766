/* SPDX-License-Identifier: MIT */
#include "kernel/lib/cpio.h"

#include <stdbool.h>

/* Offsets of the eight-digit fields of a header, after the six bytes of magic. */
enum { INODE = 6, MODE = 14, MTIME = 46, FILESIZE = 54, NAMESIZE = 94, HEADER_SIZE = 110 };

static bool same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static int digit(uint8_t character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	character |= 0x20;
	return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

static bool field(const uint8_t *header, unsigned offset, uint32_t *value)
{
	*value = 0;
	for (unsigned i = 0; i < 8; i++) {
		int nibble = digit(header[offset + i]);
		if (nibble < 0)
			return false;
		*value = *value << 4 | (uint32_t)nibble;
	}
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
	if (!field(header, NAMESIZE, &name_size) || !field(header, FILESIZE, &file_size) ||
	    !field(header, MODE, &entry->mode) || !field(header, MTIME, &entry->mtime) ||
	    !field(header, INODE, &entry->inode))
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
	entry->name = relative(name);
	entry->data = archive->bytes + data;
	entry->size = file_size;
	*position = align4(data + file_size);
	return 1;
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

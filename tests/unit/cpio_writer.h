/* SPDX-License-Identifier: MIT */
/* Writes cpio archives in newc format. Used by every test that needs one. */
#ifndef TESTS_UNIT_CPIO_WRITER_H
#define TESTS_UNIT_CPIO_WRITER_H

#include "formats/cpio.h"

#include <stdio.h>
#include <string.h>

struct cpio_member {
	const char *name;
	const void *data;
	size_t size;
	unsigned inode, mode, links, time, device_major, device_minor;
};

/* Appends to an archive, which is zeros from *length on. Returns where the data begins; the header is at the old
 * *length. */
static inline size_t cpio_append(char *archive, size_t *length, struct cpio_member member)
{
	size_t name_size = strlen(member.name) + 1, data = cpio_align(*length + CPIO_HEADER_SIZE + name_size);

	/* What ringside does not read (owner, group, device of the file system, checksum) is different from what it
	 * does. */
	sprintf(archive + *length, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", member.inode,
		member.mode, 0x33, 0x44, member.links, member.time, member.size, 0x77, 0x88, member.device_major,
		member.device_minor, name_size, 0);
	memcpy(archive + *length + CPIO_HEADER_SIZE, member.name, name_size);
	if (member.size > 0)
		memcpy(archive + data, member.data, member.size);
	*length = cpio_align(data + member.size);
	return data;
}

#endif

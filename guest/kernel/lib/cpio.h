/* SPDX-License-Identifier: MIT */
/*
 * Reading a cpio archive in "newc" format, in place: the initrd. Nothing in it is believed.
 * Source: cpio(5), "New ASCII Format"; the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
 */
#ifndef GUEST_KERNEL_LIB_CPIO_H
#define GUEST_KERNEL_LIB_CPIO_H

#include <stddef.h>
#include <stdint.h>

struct cpio {
	const uint8_t *bytes;
	size_t size;
};

struct cpio_entry {
	const uint8_t *header;
	const char *name; /* NUL-terminated, in the archive; leading "./" and "/" skipped */
	const uint8_t *data;
	size_t size;
};

/*
 * Reads the entry at *position and moves *position to the next one. 1 = an entry, 0 = the end (the
 * trailer), -1 = the archive is damaged here: bad magic or digits, or a name or data beyond the end.
 */
int cpio_next(const struct cpio *archive, size_t *position, struct cpio_entry *entry);

/* A number of an entry's header, by its offset there; 0 if its digits are none. */
enum cpio_number {
	CPIO_INODE = 6,
	CPIO_MODE = 14, /* as st_mode */
	CPIO_LINKS = 38,
	CPIO_TIME = 46,
	CPIO_DEVICE_MAJOR = 78, /* of a device node */
	CPIO_DEVICE_MINOR = 86,
};
uint32_t cpio_number(const uint8_t *header, enum cpio_number number);

/* Finds a file by name. 1 found, 0 not there, -1 damaged before it was found. The last of equal names wins. */
int cpio_find(const struct cpio *archive, const char *name, struct cpio_entry *found);

#endif

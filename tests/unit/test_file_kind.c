/* SPDX-License-Identifier: MIT */
/* Unit tests of the table of what files are: each kind by the fewest bytes that show it, and none by fewer. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file_kind.h"

TestSuite(file_kind);

/* The kind of `size` bytes that are zero but for `bytes` at `offset` and `more` at `more_offset`. */
static const char *kind(size_t offset, const char *bytes, size_t size, size_t more_offset, const char *more,
			size_t more_size)
{
	const size_t end = offset + size > more_offset + more_size ? offset + size : more_offset + more_size;
	uint8_t *file = calloc(1, end);

	memcpy(file + offset, bytes, size);
	memcpy(file + more_offset, more, more_size);
	const char *what = file_kind(file, end);
	free(file);
	return what;
}

#define KIND(offset, bytes) kind(offset, bytes, sizeof(bytes) - 1, 0, "", 0)
#define KIND2(offset, bytes, more_offset, more)                                                                        \
	kind(offset, bytes, sizeof(bytes) - 1, more_offset, more, sizeof(more) - 1)

Test(file_kind, by_their_first_bytes)
{
	cr_expect_str_eq(KIND(0, "\x1f\x8b"), "compressed by gzip");
	cr_expect_str_eq(KIND(0, "\x1f"), "of an unknown kind");
	cr_expect_str_eq(KIND(0, "\xfd\x37zXZ\0"), "compressed by xz");
	cr_expect_str_eq(KIND(0, "\x28\xb5\x2f\xfd"), "compressed by zstd");
	cr_expect_str_eq(KIND(0, "BZh91AY"), "compressed by bzip2");
	cr_expect_str_eq(KIND(0, "\x04\x22\x4d\x18"), "compressed by lz4");
	cr_expect_str_eq(KIND(0, "\x5d\0\0\x80"), "compressed by lzma");
	cr_expect_str_eq(KIND(0, "070701"), "a cpio archive");
	cr_expect_str_eq(KIND(0, "070707"), "a cpio archive of the old format");
	cr_expect_str_eq(KIND(0, "\xc7\x71"), "a cpio archive of the old binary format");
	cr_expect_str_eq(KIND(0, "hsqs"), "a squashfs file system");
	cr_expect_str_eq(KIND(0, "#!/bin/sh\n"), "a script");
	cr_expect_str_eq(KIND(0, "hello\n"), "text");
	cr_expect_str_eq(KIND(0, "h\303\251llo\n"), "text");
	cr_expect_str_eq(KIND(0, TRACE_FILE_MAGIC), "a ringside trace");
	cr_expect_str_eq(file_kind("", 0), "empty");
	cr_expect_str_eq(KIND(0, "\1\2\3"), "of an unknown kind");
}

Test(file_kind, by_bytes_further_in)
{
	cr_expect_str_eq(KIND(257, "ustar"), "a tar archive");
	cr_expect_str_eq(KIND(0x438, "\x53\xef"), "an ext2, ext3 or ext4 file system");
	cr_expect_str_eq(KIND(0x8001, "CD001"), "an ISO 9660 image");
	cr_expect_str_eq(KIND2(0x1fe, "\x55\xaa", 0x202, "HdrS"), "a Linux bzImage");
	cr_expect_str_eq(KIND(0x202, "HdrS"), "of an unknown kind");
	cr_expect_str_eq(KIND2(0, "MZ", 0x3c, "\x80\0\0\0"), "of an unknown kind");
	cr_expect_str_eq(kind(0, "MZ", 2, 0x3c, "\x40\0\0\0PE\0\0", 8), "a PE file, of Windows or UEFI");
	cr_expect_str_eq(KIND2(0, "MZ", 0x3c, "\xff\xff\xff\xff"), "of an unknown kind");
}

Test(file_kind, elf_files)
{
	cr_expect_str_eq(KIND2(0, "\177ELF\2\1", 18, "\xb7\0"), "an ELF file for AArch64");
	cr_expect_str_eq(KIND2(0, "\177ELF\2\1", 18, "\xf3\0"), "an ELF file for RISC-V");
	cr_expect_str_eq(KIND2(0, "\177ELF\1\1", 18, "\3\0"), "a 32-bit ELF file");
	cr_expect_str_eq(KIND2(0, "\177ELF\2\1", 18, "\x3e\0"), "an ELF file");
	cr_expect_str_eq(KIND(0, "\177ELF"), "an ELF file");
	cr_expect_str_eq(KIND(0, "\177EL"), "of an unknown kind");
}

#define MULTIBOOT "\x02\xb0\xad\x1b\0\0\0\0\xfe\x4f\x52\xe4"
#define MULTIBOOT2 "\xd6\x50\x52\xe8\0\0\0\0\x10\0\0\0\x1a\xaf\xad\x17"

Test(file_kind, headers_for_boot_loaders)
{
	cr_expect_str_eq(KIND2(0, "\177ELF\1", 0x1000, MULTIBOOT), "a multiboot kernel");
	cr_expect_str_eq(KIND(0x1ff0, MULTIBOOT), "a multiboot kernel");
	cr_expect_str_eq(KIND(0x1002, MULTIBOOT), "of an unknown kind");
	cr_expect_str_eq(KIND(0x2000, MULTIBOOT), "of an unknown kind");
	cr_expect_str_eq(KIND(0x7ff0, MULTIBOOT2), "a multiboot2 kernel");
	cr_expect_str_eq(KIND(4, MULTIBOOT2), "of an unknown kind");
	cr_expect_str_eq(KIND(0, "\x02\xb0\xad\x1b\0\0\0\0\0\0\0\0"), "of an unknown kind");
}

Test(file_kind, every_file_may_be_cut_anywhere)
{
	static uint8_t bytes[FILE_KIND_BYTES + 100];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7919 >> 3);
	memcpy(bytes, "MZ", 2);
	memcpy(bytes + 0x3c, "\x00\x01\0\0", 4);
	for (size_t size = 0; size < sizeof(bytes); size += size < 700 ? 1 : 997) {
		uint8_t *copy = malloc(size > 0 ? size : 1);
		memcpy(copy, bytes, size);
		cr_expect_not_null(file_kind(copy, size));
		free(copy);
	}
}

static const char *kind_of_path(const char *path)
{
	const int fd = open(path, O_RDONLY | O_NONBLOCK);

	cr_assert_geq(fd, 0);
	const char *what = file_kind_of_open(fd)->what;
	close(fd);
	return what;
}

Test(file_kind, what_is_no_regular_file)
{
	int ends[2];

	cr_expect_str_eq(kind_of_path("/"), "a directory");
	cr_expect_str_eq(kind_of_path("/dev/null"), "a device");
	cr_assert_eq(pipe(ends), 0);
	cr_expect_str_eq(file_kind_of_open(ends[0])->what, "a pipe or a socket");
}

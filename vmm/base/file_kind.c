/* SPDX-License-Identifier: MIT */
/* The table of what files begin with, and the kinds that a table cannot tell: see file_kind.h. */
#include "base/file_kind.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/image_file.h"

/* Bytes at an offset of the file. */
struct magic {
	size_t offset, size;
	const char *bytes;
};

#define AT(offset, bytes)                                                                                              \
	{                                                                                                              \
		(offset), sizeof(bytes) - 1, (bytes)                                                                   \
	}
#define ELF_FOR(machine) AT(0, "\177ELF"), AT(18, machine)

#define GIVEN_BY_I "an initrd is given by -i"
#define NEEDS_A_NOTE "docs/your-own-guest.md shows how it becomes an ELF64 file with a PVH note"
#define LINK_AS_ELF "link it as an ELF64 file with a PVH note, see docs/your-own-guest.md"
#define OTHER_MACHINE "this machine is an x86-64; compile it for that"

/* The first row of which all bytes are there counts. */
static const struct row {
	struct magic magics[2];
	struct file_kind kind;
} rows[] = {
	{{AT(0, TRACE_FILE_MAGIC)}, {"a ringside trace", NULL, "vmm trace print reads it"}},
	/* compressed files */
	{{AT(0, "\x1f\x8b")}, {"compressed by gzip", "zcat", NULL}},
	{{AT(0, "\x28\xb5\x2f\xfd")}, {"compressed by zstd", "zstdcat", NULL}},
	{{AT(0, "\xfd\x37zXZ")}, {"compressed by xz", "xzcat", NULL}},
	{{AT(0, "BZh")}, {"compressed by bzip2", "bzcat", NULL}},
	{{AT(0, "\x04\x22\x4d\x18")}, {"compressed by lz4", "lz4cat", NULL}},
	{{AT(0, "\x02\x21\x4c\x18")}, {"compressed by lz4", "lz4cat", NULL}}, /* as Linux's build does it */
	{{AT(0, "\x5d\0\0")}, {"compressed by lzma", "lzcat", NULL}},
	{{AT(0, "\x89LZO")}, {"compressed by lzop", "lzop -dc", NULL}},
	{{AT(0, "PK\3\4")}, {"a zip archive", NULL, NULL}},
	/* archives and file systems */
	{{AT(0, "070701")}, {"a cpio archive", NULL, GIVEN_BY_I}},
	{{AT(0, "070702")}, {"a cpio archive", NULL, GIVEN_BY_I}},
	{{AT(0, "070707")}, {"a cpio archive of the old format", NULL, NULL}},
	{{AT(0, "\xc7\x71")}, {"a cpio archive of the old binary format", NULL, NULL}},
	{{AT(0, "\x71\xc7")}, {"a cpio archive of the old binary format", NULL, NULL}},
	{{AT(257, "ustar")}, {"a tar archive", NULL, NULL}},
	{{AT(0, "!<arch>\n")}, {"a library of object files", NULL, NULL}},
	{{AT(0x438, "\x53\xef")}, {"an ext2, ext3 or ext4 file system", NULL, NULL}},
	{{AT(0, "hsqs")}, {"a squashfs file system", NULL, NULL}},
	{{AT(0x8001, "CD001")}, {"an ISO 9660 image", NULL, NULL}},
	{{AT(0, "QFI\xfb")}, {"a disk image of QEMU", NULL, NULL}},
	/* kernels and programs; a kernel for Linux's boot protocol often is a PE file too */
	{{AT(0x1fe, "\x55\xaa"), AT(0x202, "HdrS")},
	 {"a Linux bzImage", NULL, "extract-vmlinux of the Linux source takes the ELF kernel out of it"}},
	{{AT(0, "\xcf\xfa\xed\xfe")}, {"a Mach-O file", NULL, LINK_AS_ELF}},
	{{AT(0, "\xce\xfa\xed\xfe")}, {"a Mach-O file", NULL, LINK_AS_ELF}},
	{{ELF_FOR("\xb7\0")}, {"an ELF file for AArch64", NULL, OTHER_MACHINE}},
	{{ELF_FOR("\x28\0")}, {"an ELF file for Arm", NULL, OTHER_MACHINE}},
	{{ELF_FOR("\xf3\0")}, {"an ELF file for RISC-V", NULL, OTHER_MACHINE}},
	{{AT(0, "\177ELF\1"), AT(18, "\3\0")}, {"a 32-bit ELF file", NULL, NEEDS_A_NOTE}},
	{{AT(0, "\177ELF\1"), AT(18, "\x3e\0")}, {"an ELF file of the x32 ABI, not a 64-bit one", NULL, NEEDS_A_NOTE}},
	{{AT(0, "\177ELF\1")}, {"an ELF file, not a 64-bit one", NULL, OTHER_MACHINE}},
	{{AT(0, "\177ELF\2\2")}, {"a big-endian ELF file", NULL, OTHER_MACHINE}},
	{{AT(0, "\177ELF")},
	 {"an ELF file", NULL, OTHER_MACHINE}}, /* one for this machine is refused for other reasons */
	/* other files of tracing and of programs */
	{{AT(0, "\x17\x08\x44tracing")}, {"a trace of trace-cmd", NULL, NULL}},
	{{AT(0, "\xc1\x1f\xfc\xc1")}, {"a stream of CTF", NULL, NULL}},
	{{AT(0, "PERFILE2")}, {"a file of perf", NULL, NULL}},
	{{AT(0, "<")}, {"a web page or XML", NULL, NULL}},
	{{AT(0, "{")}, {"JSON", NULL, NULL}},
	{{AT(0, "[")}, {"JSON", NULL, NULL}},
	{{AT(0, "#!")}, {"a script", NULL, NULL}},
};

static bool has(struct bytes start, const struct magic *magic)
{
	return magic->size == 0 ||
	       bytes_equal(bytes_part(start, magic->offset, magic->size), magic->bytes, magic->size);
}

static uint32_t word_at(struct bytes start, size_t offset)
{
	uint32_t word = 0;
	const void *at = bytes_at(start, offset, sizeof(word));

	if (at != NULL)
		memcpy(&word, at, sizeof(word));
	return word;
}

/*
 * A header of a boot loader's protocol: `words` words from a magic number on that add up to 0. Multiboot
 * Specification 0.6.96, 3.1.1 and Multiboot2 Specification 2.0, 3.1.1.
 */
static bool has_multiboot(struct bytes start, uint32_t magic, size_t words, size_t within, size_t alignment)
{
	for (size_t at = 0; at + words * 4 <= start.size && at < within; at += alignment) {
		uint32_t sum = 0;

		for (size_t i = 0; i < words; i++)
			sum += word_at(start, at + i * 4);
		if (sum == 0 && word_at(start, at) == magic)
			return true;
	}
	return false;
}

/* Microsoft's PE/COFF Specification: the offset of the signature is at 0x3c. */
static bool is_portable_executable(struct bytes start)
{
	return bytes_equal(bytes_part(start, 0, 2), "MZ", 2) &&
	       bytes_equal(bytes_part(start, word_at(start, 0x3c), 4), "PE\0\0", 4);
}

static bool is_text(struct bytes start)
{
	for (size_t i = 0; i < start.size; i++)
		if (iscntrl(start.start[i]) && !isspace(start.start[i]))
			return false;
	return true;
}

static const struct file_kind empty = {"empty", NULL, NULL}, text = {"text", NULL, NULL};
static const struct file_kind multiboot = {"a multiboot kernel", NULL, NEEDS_A_NOTE};
static const struct file_kind multiboot2 = {"a multiboot2 kernel", NULL, NEEDS_A_NOTE};
static const struct file_kind portable_executable = {"a PE file, of Windows or UEFI", NULL, LINK_AS_ELF};
static const struct file_kind directory = {"a directory", NULL, NULL}, device = {"a device", NULL, NULL};
static const struct file_kind pipe_or_socket = {"a pipe or a socket", "cat", NULL};
static const struct file_kind unknown = {"of an unknown kind", NULL, NULL};

const struct file_kind *file_kind_of(struct bytes start)
{
	if (start.size == 0)
		return &empty;
	if (start.size > FILE_KIND_BYTES)
		start.size = FILE_KIND_BYTES;
	if (has_multiboot(start, 0x1badb002, 3, 8192, 4))
		return &multiboot;
	if (has_multiboot(start, 0xe85250d6, 4, 32768, 8))
		return &multiboot2;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (has(start, &rows[i].magics[0]) && has(start, &rows[i].magics[1]))
			return &rows[i].kind;
	if (is_portable_executable(start))
		return &portable_executable;
	return is_text(start) ? &text : &unknown;
}

const struct file_kind *file_kind_of_open(int fd)
{
	static uint8_t start[FILE_KIND_BYTES];
	struct stat status = {0};

	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
		return S_ISDIR(status.st_mode)				    ? &directory
		       : S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) ? &device
									    : &pipe_or_socket;
	const int64_t got = image_file_read_at(fd, 0, sizeof(start), start);
	return file_kind_of((struct bytes){start, got > 0 ? (size_t)got : 0});
}

const char *file_kind(const void *start, size_t size)
{
	return file_kind_of((struct bytes){start, size})->what;
}

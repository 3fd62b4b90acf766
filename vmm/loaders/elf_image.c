/* SPDX-License-Identifier: MIT */
/* Opening and checking ELF files, and the loaders' way of reading files. Called by the loaders alone. */
#include "loaders/elf_image.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* The most that one pread(2) transfers on Linux is a little under 2 GiB. */
#define READ_MAX (UINT64_C(1) << 30)

int loader_open(const char *path, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd >= 0 ? fd : error_set(error, "%s: cannot open: %s", path, strerror(errno));
}

int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error)
{
	uint64_t done = 0;

	while (done < length) {
		uint64_t wanted = length - done < READ_MAX ? length - done : READ_MAX;
		ssize_t got = pread(fd, (uint8_t *)bytes + done, wanted, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(error, "%s: cannot read: %s", path,
					 errno == ESPIPE ? "not a regular file" : strerror(errno));
		if (got == 0)
			break;
		done += (uint64_t)got;
	}
	return (int64_t)done;
}

int elf_read(const struct elf_file *elf, uint64_t offset, uint64_t length, void *bytes, struct error *error)
{
	if (offset > INT64_MAX || length > INT64_MAX - offset)
		return error_set(error,
				 "%s: not a valid ELF file: it refers to offset %#" PRIx64 " and length %#" PRIx64,
				 elf->path, offset, length);
	if (offset + length <= elf->head_length) {
		memcpy(bytes, elf->head + offset, length);
		return 0;
	}
	int64_t got = loader_read(elf->fd, elf->path, offset, length, bytes, error);
	if (got < 0)
		return -1;
	if ((uint64_t)got < length)
		return error_set(error, "%s: truncated: it ends at %#" PRIx64 ", its headers say %#" PRIx64, elf->path,
				 offset + (uint64_t)got, offset + length);
	return 0;
}

/* NULL when the header is what this machine can run, else what is wrong with it. */
static const char *header_fault(const Elf64_Ehdr *header, size_t available)
{
	if (available == 0)
		return "empty file";
	if (available < SELFMAG || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return "not an ELF file";
	if (available < sizeof(*header))
		return "truncated in the ELF header";
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return "not a 64-bit ELF file";
	if (header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_X86_64)
		return "not an x86-64 ELF file";
	if (header->e_phnum == 0)
		return "no program headers: an object file rather than a linked kernel?";
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		return "program headers of a wrong size: not a valid ELF file";
	if (header->e_phnum > ELF_SEGMENTS_MAX)
		return "more program headers than a kernel has: not a valid kernel";
	return NULL;
}

static int read_headers(struct elf_file *elf, struct error *error)
{
	Elf64_Ehdr header = {0};
	int64_t got = loader_read(elf->fd, elf->path, 0, sizeof(elf->head), elf->head, error);

	if (got < 0)
		return -1;
	elf->head_length = (size_t)got;
	memcpy(&header, elf->head, elf->head_length < sizeof(header) ? elf->head_length : sizeof(header));
	const char *fault = header_fault(&header, elf->head_length);
	if (fault != NULL)
		return error_set(error, "%s: %s", elf->path, fault);

	elf->entry = header.e_entry;
	elf->segment_count = header.e_phnum;
	return elf_read(elf, header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr), elf->segments, error);
}

int elf_open(struct elf_file *elf, const char *path, struct error *error)
{
	elf->path = path;
	elf->fd = loader_open(path, error);
	if (elf->fd < 0)
		return -1;
	if (read_headers(elf, error) < 0) {
		elf_close(elf);
		return -1;
	}
	return 0;
}

void elf_close(struct elf_file *elf)
{
	close(elf->fd);
	elf->fd = -1;
}

/* SPDX-License-Identifier: MIT */
/* Opens, checks and reads the file of a kernel: see kernel_image.h. */
#include "loaders/kernel_image.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_kind.h"
#include "base/file_status.h"
#include "base/image_file.h"

int loader_open(const char *path, struct error *error)
{
	int fd = image_file_open(path);

	return fd >= 0 ? fd : error_set(error, "%s: cannot open: %s", path, strerror(errno));
}

int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error)
{
	int64_t got = image_file_read_at(fd, offset, length, bytes);

	return got < 0 ? error_set(error, "%s: cannot read: %s", path, strerror(errno)) : got;
}

/* Refuses a file that is no kernel by saying what it is and what to do. Returns -1. */
static int refuse_as_kernel(const struct kernel_image *image, struct error *error)
{
	const struct file_kind *kind = file_kind_of_open(image->fd);
	const char *path = image->path;

	if (kind->unpack != NULL)
		return error_set(error, "%s: not a kernel: it is %s; try the file that this makes: %s %s > kernel",
				 path, kind->what, kind->unpack, path);
	return error_set(error, "%s: not a kernel: it is %s; %s", path, kind->what,
			 kind->as_kernel != NULL
				 ? kind->as_kernel
				 : "a kernel is an ELF file with a PVH note, see docs/your-own-guest.md");
}

int kernel_image_open(struct kernel_image *image, const char *path, struct error *error)
{
	image->path = path;
	image->segment_count = 0;
	image->options = (struct bytes){NULL, 0};
	image->fd = loader_open(path, error);
	if (image->fd < 0)
		return -1;
	struct stat status;
	int64_t got = image_file_read_at(image->fd, 0, sizeof(image->head), image->head);
	if (got > 0) {
		image->head_length = (size_t)got;
		return 0;
	}
	const int failure = got < 0 ? errno : 0;
	/* What is no file, a directory say, cannot be read either; then what it is says more than why. */
	if (failure != 0 && file_status(image->fd, &status) == 0 && S_ISREG(status.st_mode))
		error_set(error, "%s: cannot read: %s", path, strerror(failure));
	else
		refuse_as_kernel(image, error);
	kernel_image_close(image);
	return -1;
}

void kernel_image_close(struct kernel_image *image)
{
	close(image->fd);
	image->fd = -1;
}

int kernel_image_read(const struct kernel_image *image, uint64_t offset, uint64_t length, void *bytes,
		      struct error *error)
{
	if (offset > INT64_MAX || length > INT64_MAX - offset)
		return error_set(error,
				 "%s: not a valid ELF file: it refers to offset %#" PRIx64 " and length %#" PRIx64,
				 image->path, offset, length);
	if (offset + length <= image->head_length) {
		memcpy(bytes, image->head + offset, length);
		return 0;
	}
	int64_t got = loader_read(image->fd, image->path, offset, length, bytes, error);
	if (got < 0)
		return -1;
	if ((uint64_t)got < length)
		return error_set(error, "%s: truncated: it ends at %#" PRIx64 ", its headers say %#" PRIx64,
				 image->path, offset + (uint64_t)got, offset + length);
	return 0;
}

/* Whether this is no ELF file, or one for another machine. */
static bool is_foreign(struct bytes head)
{
	const struct elf64_header *header = elf64_header(head);

	return !elf64_has_magic(head) ||
	       (head.size >= sizeof(*header) && (header == NULL || header->machine != ELF_EM_X86_64));
}

/* What is wrong with the header of an ELF file for this machine, or of what begins like one; NULL = nothing. */
static const char *header_fault(struct bytes head)
{
	const struct elf64_header *header = bytes_at(head, 0, sizeof(*header));

	if (header == NULL)
		return "truncated in the ELF header";
	if (header->phnum == 0)
		return "no program headers: an object file rather than a linked kernel?";
	if (header->phentsize != sizeof(struct elf64_program_header))
		return "program headers of a wrong size: not a valid ELF file";
	if (header->phnum > KERNEL_SEGMENTS_MAX)
		return "more program headers than a kernel has: not a valid kernel";
	return NULL;
}

int kernel_image_read_elf(struct kernel_image *image, struct error *error)
{
	const struct bytes head = {image->head, image->head_length};
	const struct elf64_header *header = elf64_header(head);

	if (is_foreign(head)) {
		refuse_as_kernel(image, error);
		return 0;
	}
	const char *fault = header_fault(head);
	if (fault != NULL) {
		error_set(error, "%s: %s", image->path, fault);
		return 0;
	}
	image->segment_count = header->phnum;
	const uint64_t size = header->phnum * sizeof(*image->segments);
	return kernel_image_read(image, header->phoff, size, image->segments, error) < 0 ? -1 : 1;
}

/* SPDX-License-Identifier: MIT */
/* Finds free ranges of guest memory and reads files into them: see placement.h. */
#include "loaders/placement.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

static const struct span *overlapping(const struct span *spans, unsigned count, uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < count; i++)
		if (start < spans[i].end && spans[i].start < end)
			return &spans[i];
	return NULL;
}

static void add_span(struct placement *placement, uint64_t start, uint64_t end)
{
	placement->taken[placement->count++] = (struct span){start, end};
}

uint64_t placement_take(struct placement *placement, uint64_t size)
{
	/* The boot protocol uses address 0 for "none", and kernels take the legacy range for reserved. */
	static const struct span avoided[] = {{0, MEMORY_PAGE_SIZE}, {LEGACY_START, LEGACY_END}};
	uint64_t top = placement->memory->low.length;

	while (size <= top) {
		uint64_t start = (top - size) & ~(MEMORY_PAGE_SIZE - 1);
		const struct span *other = overlapping(placement->taken, placement->count, start, start + size);
		if (other == NULL)
			other = overlapping(avoided, COUNT(avoided), start, start + size);
		if (other == NULL) {
			add_span(placement, start, start + size);
			return start;
		}
		top = other->start;
	}
	return 0;
}

static int load_segment(struct placement *placement, const struct kernel_image *image,
			const struct elf64_program_header *segment, struct error *error)
{
	uint64_t start = segment->paddr, size = segment->memsz;

	if (segment->filesz > size)
		return error_set(error, "%s: segment at %#" PRIx64 " has more bytes in the file than in memory",
				 image->path, start);
	if (size > UINT64_MAX - start)
		return error_set(error,
				 "%s: segment at %#" PRIx64 " of %#" PRIx64 " bytes wraps around the address space",
				 image->path, start, size);
	void *host = memory_translate(placement->memory, start, size);
	if (host == NULL)
		return error_set(error,
				 "%s: segment %#" PRIx64 "-%#" PRIx64 " is not within guest memory; try a greater -m",
				 image->path, start, start + size);
	if (overlapping(placement->taken, placement->count, start, start + size) != NULL)
		return error_set(error, "%s: segment %#" PRIx64 "-%#" PRIx64 " overlaps another one", image->path,
				 start, start + size);
	add_span(placement, start, start + size);
	/* The rest up to memsz is zero already: fresh anonymous memory that nothing else has been loaded to. */
	return kernel_image_read(image, segment->offset, segment->filesz, host, error);
}

int placement_load_segments(struct placement *placement, const struct kernel_image *image, struct error *error)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf64_program_header *segment = &image->segments[i];
		if (segment->type == ELF_PT_LOAD && segment->memsz > 0 &&
		    load_segment(placement, image, segment, error) < 0)
			return -1;
	}
	if (placement->count == 0)
		return error_set(error, "%s: nothing to load: no PT_LOAD segment", image->path);
	return 0;
}

int placement_refuse_initrd(const char *path, const struct file_kind *kind, struct error *error)
{
	if (kind->unpack != NULL)
		return error_set(error,
				 "%s: not an initrd: it is %s; try the file that this makes: %s %s > initrd.cpio", path,
				 kind->what, kind->unpack, path);
	return error_set(error, "%s: not an initrd: it is %s; scripts/mkinitrd -o initrd.cpio FILE... makes one", path,
			 kind->what);
}

static int read_initrd(struct placement *placement, int fd, const char *path, struct initrd *initrd,
		       struct error *error)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(error, "%s: cannot read: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode) || status.st_size == 0)
		return placement_refuse_initrd(path, file_kind_of_open(fd), error);
	initrd->size = (uint64_t)status.st_size;
	initrd->address = placement_take(placement, initrd->size);
	if (initrd->address == 0)
		return error_set(error,
				 "%s: initrd of %" PRIu64 " bytes does not fit in guest memory; try a greater -m", path,
				 initrd->size);
	void *host = memory_translate(placement->memory, initrd->address, initrd->size);
	int64_t got = loader_read(fd, path, 0, initrd->size, host, error);
	if (got < 0)
		return -1;
	if ((uint64_t)got < initrd->size)
		return error_set(error, "%s: truncated while it was being read", path);
	return 0;
}

int placement_load_initrd(struct placement *placement, const char *path, struct initrd *initrd, struct error *error)
{
	*initrd = (struct initrd){0};
	if (path == NULL)
		return 0;
	int fd = loader_open(path, error);
	if (fd < 0)
		return -1;
	int result = read_initrd(placement, fd, path, initrd, error);
	close(fd);
	return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * Where a boot loader puts an image into guest memory: two segments, whose addresses and sizes take every combination
 * of values of a set of borders (of RAM, of its two ranges, of the legacy range, of 64 bits), and then a block of each
 * of some sizes. What is accepted lies in RAM, in one range and apart from everything else; what is refused does not;
 * and a block is as high as it can be. Guest memory is as long as the allocated memory, so the address sanitizer sees a
 * byte that is written beyond it.
 *
 * with: vmm/machine/guest_memory.c vmm/base/error.c
 * options: -fsanitize=address
 * broken: vmm/loaders/placement.c s/spans.i..start < end)/spans[i].start + 1 < end)/
 */
#include <stdio.h>
#include <stdlib.h>

#include "loaders/placement.c"

enum { HIGH = 0x2000, VALUES_MAX = 64 };

static struct memory memory;
static uint64_t values[VALUES_MAX];
static unsigned value_count;
static unsigned long images, accepted, blocks;

/* ---- what placement.c calls ---- */

int kernel_image_read(const struct kernel_image *image, uint64_t offset, uint64_t length, void *bytes,
		      struct error *error)
{
	(void)image, (void)offset, (void)error;
	memset(bytes, 1, length);
	return 0;
}

int loader_open(const char *path, struct error *error)
{
	(void)path, (void)error;
	abort();
}

int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error)
{
	(void)fd, (void)path, (void)offset, (void)length, (void)bytes, (void)error;
	abort();
}

const struct file_kind *file_kind_of_open(int fd)
{
	(void)fd;
	abort();
}

/* ---- the plain meaning, in numbers that do not wrap around ---- */

static void fail(const char *what, const struct elf64_program_header *segments, uint64_t size)
{
	printf("%s: RAM of %#lx; segments %#lx + %#lx, %#lx + %#lx; block of %#lx\n", what, memory.low.length,
	       segments[0].paddr, segments[0].memsz, segments[1].paddr, segments[1].memsz, size);
	exit(1);
}

static bool is_within(const struct memory_range *range, unsigned __int128 start, unsigned __int128 end)
{
	return range->length > 0 && start >= range->base && end <= (unsigned __int128)range->base + range->length;
}

static bool is_apart(const struct elf64_program_header *a, uint64_t start, uint64_t size)
{
	return (unsigned __int128)a->paddr + a->memsz <= start || (unsigned __int128)start + size <= a->paddr;
}

static bool should_load(const struct elf64_program_header *segments)
{
	bool any = false;

	for (unsigned i = 0; i < 2; i++) {
		const struct elf64_program_header *segment = &segments[i];
		const unsigned __int128 end = (unsigned __int128)segment->paddr + segment->memsz;
		if (segment->memsz == 0)
			continue;
		any = true;
		if (segment->filesz > segment->memsz ||
		    (!is_within(&memory.low, segment->paddr, end) && !is_within(&memory.high, segment->paddr, end)))
			return false;
	}
	return any && (segments[0].memsz == 0 || segments[1].memsz == 0 ||
		       is_apart(&segments[0], segments[1].paddr, segments[1].memsz));
}

static bool is_free(const struct elf64_program_header *segments, uint64_t start, uint64_t size)
{
	const struct elf64_program_header first = {.paddr = 0, .memsz = MEMORY_PAGE_SIZE},
					  legacy = {.paddr = LEGACY_START, .memsz = LEGACY_END - LEGACY_START};

	for (unsigned i = 0; i < 2; i++)
		if (segments[i].memsz > 0 && !is_apart(&segments[i], start, size))
			return false;
	return is_apart(&first, start, size) && is_apart(&legacy, start, size);
}

static uint64_t expected_block(const struct elf64_program_header *segments, uint64_t size)
{
	if (size > memory.low.length)
		return 0;
	for (uint64_t start = (memory.low.length - size) & ~(MEMORY_PAGE_SIZE - 1); start > 0;
	     start -= MEMORY_PAGE_SIZE)
		if (is_free(segments, start, size))
			return start;
	return 0;
}

/* ---- trying ---- */

static void try_blocks(const struct placement *loaded, const struct elf64_program_header *segments)
{
	static const uint64_t sizes[] = {1, 0xfff, 0x1000, 0x1001, 0xf000, 0x60000, UINT64_MAX};

	for (unsigned i = 0; i < COUNT(sizes); i++, blocks++) {
		struct placement placement = *loaded;
		if (placement_take(&placement, sizes[i]) != expected_block(segments, sizes[i]))
			fail("a block is elsewhere", segments, sizes[i]);
	}
}

static void try_image(const struct elf64_program_header *segments)
{
	static struct kernel_image image = {.path = "image", .segment_count = 2};
	struct placement placement = {.memory = &memory};
	struct error error;

	memcpy(image.segments, segments, 2 * sizeof(*segments));
	const bool loads = placement_load_segments(&placement, &image, &error) == 0;
	images++;
	if (loads != should_load(segments))
		fail(loads ? "accepted" : "refused", segments, 0);
	if (!loads)
		return;
	if (++accepted % 16 == 1)
		try_blocks(&placement, segments);
}

static void list_values(void)
{
	const uint64_t borders[] = {MEMORY_PAGE_SIZE, LEGACY_START,	      memory.low.length, MEMORY_HOLE_END, HIGH,
				    LEGACY_END,	      MEMORY_HOLE_END + HIGH, UINT64_MAX};

	value_count = 0;
	values[value_count++] = 0;
	values[value_count++] = 1;
	for (unsigned i = 0; i < COUNT(borders); i++)
		for (uint64_t j = 0; j < 3; j++)
			values[value_count++] = borders[i] - 1 + j;
}

static void try_memory(uint64_t low, uint64_t high)
{
	memory.low = (struct memory_range){0, low, malloc(low)};
	memory.high = (struct memory_range){MEMORY_HOLE_END, high, malloc(high > 0 ? high : 1)};
	if (memory.low.host == NULL || memory.high.host == NULL)
		exit(2);
	list_values();
	for (unsigned i = 0; i < value_count; i++)
		for (unsigned j = 0; j < value_count; j++)
			for (unsigned k = 0; k < value_count; k++)
				for (unsigned l = 0; l < value_count; l++) {
					const struct elf64_program_header segments[] = {{.type = ELF_PT_LOAD,
											 .paddr = values[i],
											 .memsz = values[j],
											 .filesz = values[j] & 0xfff},
											{.type = ELF_PT_LOAD,
											 .paddr = values[k],
											 .memsz = values[l],
											 .filesz = 1}};
					try_image(segments);
				}
	free(memory.low.host);
	free(memory.high.host);
}

int main(void)
{
	try_memory(MEMORY_SIZE_MIN, 0);
	try_memory(LEGACY_START + 0x2000, HIGH);
	try_memory(LEGACY_END + 0x3000, HIGH);
	printf("%lu images, of which %lu fit, and %lu blocks beside them: all in free RAM\n", images, accepted, blocks);
	return 0;
}

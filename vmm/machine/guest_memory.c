/* SPDX-License-Identifier: MIT */
/* Maps guest RAM and translates guest-physical addresses: see guest_memory.h. */
#include "machine/guest_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

int memory_check_size(uint64_t size, struct error *error)
{
	if (size % MEMORY_PAGE_SIZE != 0)
		return error_set(error, "guest memory of %" PRIu64 " bytes is not a multiple of the 4096-byte page",
				 size);
	if (size < MEMORY_SIZE_MIN || size > MEMORY_SIZE_MAX)
		return error_set(error, "guest memory of %" PRIu64 " bytes is outside 64K to 1024G", size);
	return 0;
}

int memory_create(struct memory *memory, uint64_t size, struct error *error)
{
	*memory = (struct memory){0};
	if (memory_check_size(size, error) < 0)
		return -1;

	void *host = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host == MAP_FAILED)
		return error_set(error, "cannot map %" PRIu64 " MiB of guest memory: %s; try a smaller -m", size >> 20,
				 strerror(errno));

	uint64_t low = size < MEMORY_HOLE_START ? size : MEMORY_HOLE_START;
	memory->host = host;
	memory->size = size;
	memory->low = (struct memory_range){0, low, host};
	memory->high = (struct memory_range){MEMORY_HOLE_END, size - low, (uint8_t *)host + low};
	return 0;
}

void memory_destroy(struct memory *memory)
{
	if (memory->host != NULL)
		munmap(memory->host, memory->size);
	*memory = (struct memory){0};
}

static void *translate_in(const struct memory_range *range, uint64_t gpa, uint64_t length)
{
	if (gpa < range->base || gpa - range->base >= range->length)
		return NULL;
	uint64_t offset = gpa - range->base;
	return length <= range->length - offset ? range->host + offset : NULL;
}

void *memory_translate(const struct memory *memory, uint64_t gpa, uint64_t length)
{
	void *host = translate_in(&memory->low, gpa, length);

	return host != NULL ? host : translate_in(&memory->high, gpa, length);
}

/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the PVH loader with images. For an accepted image the entry must
 * be in RAM and the start info must point into RAM. Run by tests/fuzz/run.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loaders/loader.h"
#include "ringside/pvh.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { RAM = 4 << 20 };

static void check(const struct memory *memory, const struct boot *boot)
{
	const struct pvh_start_info *info = memory_translate(memory, boot->start_info, sizeof(*info));

	if (memory_translate(memory, boot->entry, 1) == NULL || info == NULL || info->magic != PVH_MAGIC ||
	    memory_translate(memory, info->cmdline, 1) == NULL ||
	    memory_translate(memory, info->memmap, info->memmap_count * sizeof(struct pvh_memmap_entry)) == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct memory memory;
	struct boot boot;
	struct error error;
	char path[32];
	int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || memory_create(&memory, RAM, &error) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (load_kernel(&memory, path, NULL, "hz=100", &boot, &error) == 0)
		check(&memory, &boot);
	memory_destroy(&memory);
	close(fd);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* /dev/null and /dev/zero. */
#include "kernel/files/device_files.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"

static int64_t read_nothing(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	(void)file, (void)address, (void)size, (void)position;
	return 0;
}

static int64_t read_zeros(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	static const char zeros[PAGE_SIZE];
	uint64_t done = 0;

	(void)file, (void)position;
	while (done < size) {
		uint64_t part = size - done < sizeof(zeros) ? size - done : sizeof(zeros);
		int64_t given = space_write_some(&current->space, address + done, zeros, part);
		if (given < 0)
			return done > 0 ? (int64_t)done : given;
		done += (uint64_t)given;
		if ((uint64_t)given < part)
			break;
		schedule_pause();
	}
	return (int64_t)done;
}

static int64_t write_nowhere(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address;
	return (int64_t)size;
}

const struct file_operations null_device = {.read = read_nothing, .write = write_nowhere, .seekable = true};
const struct file_operations zero_device = {.read = read_zeros, .write = write_nowhere, .seekable = true};

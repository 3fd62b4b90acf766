/* SPDX-License-Identifier: MIT */
/* /dev/null, /dev/zero and /dev/full. */
#include "kernel/files/device_files.h"
#include "kernel/files/transfer.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/pages.h"
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
	int error = 0;

	(void)file, (void)position;
	while (done < size && error == 0) {
		uint64_t part = size - done < sizeof(zeros) ? size - done : sizeof(zeros);
		done += transfer_out(address + done, zeros, part, &error);
		if (schedule_pause())
			break;
	}
	return transfer_result(done, error);
}

static int64_t write_nowhere(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address;
	return (int64_t)size;
}

static int64_t write_full(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address, (void)size;
	return -ENOSPC;
}

const struct file_operations null_device = {.read = read_nothing, .write = write_nowhere, .seekable = true};
const struct file_operations zero_device = {.read = read_zeros, .write = write_nowhere, .seekable = true};
const struct file_operations full_device = {.read = read_zeros, .write = write_full, .seekable = true};

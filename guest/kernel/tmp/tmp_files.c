/* SPDX-License-Identifier: MIT */
/* Reading and writing the files of /tmp. */
#include "kernel/tmp/tmp_files.h"

#include "kernel/devices/time.h"
#include "kernel/files/transfer.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/tmp/tmp_memory.h"

/* Reads and writes pause after so many pages. Shorter ones are done in one piece, whoever shares the file. */
enum { PAGES_IN_ONE_PIECE = 64, SECTOR = 512 };

void tmp_status(const struct node *node, struct file_status *status)
{
	const struct tmp_file *file = node->file;

	*status = (struct file_status){
		.device = TMP_DEVICE,
		.number = node->number,
		.links = file->links,
		.mode = file->mode,
		.user = file->user,
		.group = file->group,
		.size = (int64_t)file->size,
		.block_size = PAGE_SIZE,
		.blocks = (int64_t)(file->contents.count * (PAGE_SIZE / SECTOR)),
	};
	for (unsigned i = 0; i < sizeof(file->times) / sizeof(*file->times); i++) {
		status->times[i][0] = (int64_t)(file->times[i] / NANOSECONDS);
		status->times[i][1] = (int64_t)(file->times[i] % NANOSECONDS);
	}
}

/* How many of `size` bytes from a position on are in its page. */
static uint64_t in_page(uint64_t position, uint64_t size)
{
	uint64_t rest = PAGE_SIZE - position % PAGE_SIZE;

	return size < rest ? size : rest;
}

/* Lets others run sometimes. Returns whether the process ends: nothing else ends the reading or writing of a file. */
static bool pause_sometimes(uint64_t turn)
{
	return turn % PAGES_IN_ONE_PIECE == PAGES_IN_ONE_PIECE - 1 && schedule_pause() &&
	       signals_fatal(&current->signals) != 0;
}

static int64_t read_file(struct file *open, uint64_t address, uint64_t size, uint64_t *position)
{
	static const char zeros[PAGE_SIZE];
	struct tmp_file *file = open->node->file;
	uint64_t done = 0;
	int error = 0;

	/* Others can change the file in a pause, so each turn looks at its size and pages anew. */
	for (uint64_t turn = 0; done < size && *position < file->size && error == 0; turn++) {
		uint64_t left = file->size - *position, wanted = size - done < left ? size - done : left;
		const char *page = tmp_page_find(&file->contents, *position / PAGE_SIZE);
		uint64_t part = in_page(*position, wanted);
		part = transfer_out(address + done, (page == NULL ? zeros : page) + *position % PAGE_SIZE, part,
				    &error);
		*position += part;
		done += part;
		if (pause_sometimes(turn))
			break;
	}
	if (done > 0)
		tmp_touch(file, TIME_ACCESS);
	return transfer_result(done, error);
}

static int64_t write_file_at(struct file *open, uint64_t address, uint64_t size, uint64_t *position)
{
	struct tmp_file *file = open->node->file;
	uint64_t done = 0;
	int error = 0;

	if (size > 0 && open->flags & O_APPEND)
		*position = file->size;
	if (size > 0 && *position >= TMP_SIZE_MAX)
		return -EFBIG;
	for (uint64_t turn = 0; done < size && *position < TMP_SIZE_MAX && error == 0; turn++) {
		char *page = tmp_page_make(&file->contents, *position / PAGE_SIZE);
		if (page == NULL) {
			error = -ENOSPC;
			break;
		}
		uint64_t part = in_page(*position, size - done);
		part = transfer_in(page + *position % PAGE_SIZE, address + done, part, &error);
		*position += part;
		done += part;
		if (*position > file->size && part > 0)
			file->size = *position;
		if (pause_sometimes(turn))
			break;
	}
	if (done > 0)
		tmp_touch(file, TIME_MODIFICATION);
	return transfer_result(done, error);
}

static int64_t write_file(struct file *open, uint64_t address, uint64_t size)
{
	return write_file_at(open, address, size, &open->position);
}

const struct file_operations tmp_regular_file = {
	.read = read_file, .write = write_file, .write_at = write_file_at, .seekable = true};

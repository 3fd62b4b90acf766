/* SPDX-License-Identifier: MIT */
/* The table of the files in /proc, and how they are read: each read makes the text anew and gives a part of it. */
#include "kernel/proc/proc_files.h"

#include "kernel/proc/proc_text.h"

static const struct {
	const char *path;
	void (*make)(struct proc_text *text);
} files[] = {
	{"proc/interrupts", proc_interrupts}, {"proc/meminfo", proc_meminfo},
	{"proc/uptime", proc_uptime},	      {"proc/self/cmdline", proc_self_cmdline},
	{"proc/self/maps", proc_self_maps},   {"proc/self/status", proc_self_status},
};

enum { FILE_COUNT = sizeof(files) / sizeof(*files), PERMISSIONS = 0444, FIRST_NUMBER = 1 };

bool proc_add(struct tree *tree)
{
	for (uint32_t i = 0; i < FILE_COUNT; i++)
		if (!tree_add_special(tree, files[i].path, MODE_FILE | PERMISSIONS, FIRST_NUMBER + i))
			return false;
	return true;
}

static int64_t read_text(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	struct proc_text text = {.transfer = transfer_at(address), .skip = *position, .room = size};

	files[file->node->device - FIRST_NUMBER].make(&text);
	*position += text.done;
	return transfer_result(text.done, text.transfer.error);
}

const struct file_operations proc_file = {.read = read_text, .seekable = true};

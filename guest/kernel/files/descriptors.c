/* SPDX-License-Identifier: MIT */
/* The table of descriptors of each process. */
#include "kernel/files/descriptors.h"

#include "kernel/lib/errno.h"
#include "kernel/process/process_list.h"
#include "kernel/tmp/tmp_tree.h"

#define BIT(fd) (1UL << (fd))

_Static_assert(DESCRIPTORS_MAX == 64, "one word has a bit for each descriptor");

struct file *descriptor_file(uint64_t fd)
{
	return (uint32_t)fd < DESCRIPTORS_MAX ? current->descriptors.files[(uint32_t)fd] : NULL;
}

uint32_t descriptor_limit(void)
{
	return DESCRIPTORS_MAX - current->descriptors.forbidden;
}

static void set(struct descriptors *descriptors, unsigned fd, struct file *file, bool close_on_exec)
{
	descriptors->files[fd] = file;
	descriptors->used |= BIT(fd);
	if (close_on_exec)
		descriptors->close_on_exec |= BIT(fd);
}

int64_t descriptor_add(struct file *file, uint64_t lowest, bool close_on_exec)
{
	struct descriptors *descriptors = &current->descriptors;
	uint64_t candidates = lowest < DESCRIPTORS_MAX ? ~descriptors->used & ~(BIT(lowest) - 1) : 0;

	if (candidates == 0)
		return -EMFILE;
	unsigned fd = (unsigned)__builtin_ctzl(candidates);
	if (fd >= descriptor_limit())
		return -EMFILE;
	set(descriptors, fd, file, close_on_exec);
	return fd;
}

static void close(struct descriptors *descriptors, unsigned fd)
{
	struct file *file = descriptors->files[fd];

	descriptors->files[fd] = NULL;
	descriptors->used &= ~BIT(fd);
	descriptors->close_on_exec &= ~BIT(fd);
	file_put(file);
}

int64_t descriptor_close(uint64_t fd)
{
	if (descriptor_file(fd) == NULL)
		return -EBADF;
	close(&current->descriptors, (unsigned)fd);
	return 0;
}

/* Closes the descriptors whose bits are set. */
static void close_these(struct descriptors *descriptors, uint64_t which)
{
	for (; which != 0; which &= which - 1)
		close(descriptors, (unsigned)__builtin_ctzl(which));
}

/* ---- the whole table ---- */

void descriptors_open_first(struct descriptors *descriptors, struct file *from, struct file *to)
{
	set(descriptors, 0, from, false);
	set(descriptors, 1, to, false);
	set(descriptors, 2, to, false);
	to->users = 2;
	if (from == to)
		to->users = 3;
}

void descriptors_copy(struct descriptors *child, const struct descriptors *parent)
{
	child->directory = parent->directory;
	node_hold(child->directory);
	child->creation_mask = parent->creation_mask;
	child->forbidden = parent->forbidden;
	child->close_on_exec = parent->close_on_exec;
	child->used = parent->used;
	for (uint64_t rest = parent->used; rest != 0; rest &= rest - 1) {
		unsigned fd = (unsigned)__builtin_ctzl(rest);
		child->files[fd] = parent->files[fd];
		child->files[fd]->users++;
	}
}

void descriptors_close_on_exec(struct descriptors *descriptors)
{
	close_these(descriptors, descriptors->close_on_exec);
}

void descriptors_close_all(struct descriptors *descriptors)
{
	close_these(descriptors, descriptors->used);
	node_put(descriptors->directory);
	descriptors->directory = NULL;
}

/* SPDX-License-Identifier: MIT */
/* The files of descriptors are character devices, whose minor number is the descriptor. */
#include "kernel/files/descriptor_nodes.h"

#include "kernel/files/descriptors.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/format.h"

enum { DESCRIPTOR_MAJOR = 241, PERMISSIONS = 0666 }; /* a major number that Linux leaves for local use */

bool descriptor_nodes_add(struct tree *tree)
{
	static char paths[DESCRIPTORS_MAX][sizeof("dev/fd/63")];

	for (unsigned fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		format_string(paths[fd], sizeof(paths[fd]), "dev/fd/%u", fd);
		if (!tree_add_special(tree, paths[fd], MODE_CHARACTER | PERMISSIONS,
				      device_number(DESCRIPTOR_MAJOR, fd)))
			return false;
	}
	return tree_add_link(tree, "dev/stdin", "fd/0") && tree_add_link(tree, "dev/stdout", "fd/1") &&
	       tree_add_link(tree, "dev/stderr", "fd/2") && tree_add_link(tree, "proc/self/fd", "/dev/fd");
}

int64_t descriptor_of_node(const struct node *node)
{
	uint32_t fd = node->device - device_number(DESCRIPTOR_MAJOR, 0);

	return (node->mode & MODE_TYPE) == MODE_CHARACTER && fd < DESCRIPTORS_MAX ? (int64_t)fd : -1;
}

int64_t descriptor_open(int64_t fd, uint32_t flags)
{
	struct file *file = descriptor_file((uint64_t)fd);

	if (file == NULL)
		return -ENXIO;
	uint32_t has = file->flags & O_ACCESS, wanted = flags & O_ACCESS;
	if (has != O_READ_WRITE && has != wanted)
		return -EACCES;
	int64_t copy = descriptor_add(file, 0, flags & O_CLOEXEC);
	if (copy >= 0)
		file->users++;
	return copy;
}

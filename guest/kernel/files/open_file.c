/* SPDX-License-Identifier: MIT */
/* Making open files and giving them up. */
#include "kernel/files/open_file.h"

#include "kernel/lib/objects.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/tmp/tmp_tree.h"

static struct objects file_objects = OBJECTS_INIT(file_objects, &pages);

_Static_assert(sizeof(struct file) <= OBJECT_SIZE, "an open file is a small object");

struct file *file_new(const struct file_operations *operations, struct node *node, uint32_t flags)
{
	struct file *file = objects_get(&file_objects);

	if (file == NULL)
		return NULL;
	file->operations = operations;
	file->users = 1;
	file->flags = flags & (O_ACCESS | O_APPEND | O_NONBLOCK);
	file->node = node;
	node_hold(node);
	return file;
}

void file_put(struct file *file)
{
	if (--file->users != 0)
		return;
	if (file->operations->release != NULL)
		file->operations->release(file);
	node_put(file->next);
	node_put(file->node);
	objects_put(&file_objects, file);
}

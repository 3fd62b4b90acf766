/* SPDX-License-Identifier: MIT */
/* Open files come and go here; the wait lists of those that block on them. */
#include "kernel/files/file.h"

#include "kernel/watch/kernel.h"
#include "kernel/lib/objects.h"
#include "kernel/process/process_list.h"

static struct objects file_objects = OBJECTS_INIT(file_objects, &pages);
static struct list pollers = {&pollers, &pollers};

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
	return file;
}

void file_put(struct file *file)
{
	if (--file->users != 0)
		return;
	if (file->operations->release != NULL)
		file->operations->release(file);
	objects_put(&file_objects, file);
}

/* ---- waiting ---- */

void wake_all(struct list *waiting)
{
	while (!list_empty(waiting))
		process_wake(list_entry(waiting->next, struct process, queue));
}

int wait_on(struct list *waiting)
{
	list_append(waiting, &current->queue);
	return process_block(READING) == INTERRUPTED ? -EINTR : 0;
}

void wake_pollers(void)
{
	while (!list_empty(&pollers)) {
		struct process *process = list_entry(pollers.next, struct process, descriptors.polling);
		list_remove(&process->descriptors.polling);
		process_wake(process);
	}
}

enum interruption wait_for_pollers(uint64_t deadline)
{
	enum interruption interruption;

	list_append(&pollers, &current->descriptors.polling);
	if (deadline == UINT64_MAX)
		interruption = process_block(READING);
	else
		interruption = process_sleep(deadline);
	list_remove(&current->descriptors.polling);
	return interruption;
}

/* SPDX-License-Identifier: MIT */
/* The tree of files, paths, and the files of the initrd, which are read where they lie. */
#include "kernel/files/archive.h"

#include "kernel/boot/initrd.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/devices/serial_console.h"
#include "kernel/files/descriptor_nodes.h"
#include "kernel/files/device_files.h"
#include "kernel/files/directory.h"
#include "kernel/files/transfer.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/proc/proc_files.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/tmp/tmp_files.h"
#include "kernel/watch/panic.h"

static const struct file_operations archive_file;

struct tree tree;

static struct file *first_files[2]; /* init's descriptors 0, and 1 and 2 */

enum { SECTOR = 512 };

/* ---- the device files: their paths, and Linux's numbers ---- */

enum { LOCAL_MAJOR = 240 }; /* which Linux leaves for local use */

static const struct device {
	const char *path;
	uint32_t major, minor;
	const struct file_operations *operations;
} devices[] = {
	{"dev/console", 5, 1, &terminal},
	{"dev/tty", 5, 0, &terminal},
	{"dev/null", 1, 3, &null_device},
	{"dev/zero", 1, 5, &zero_device},
	{"dev/full", 1, 7, &full_device},
	{"dev/random", 1, 8, &random_device},
	{"dev/urandom", 1, 9, &random_device},
	{"dev/counter", LOCAL_MAJOR, 1, &counter_device},
	{"dev/counter-guarded", LOCAL_MAJOR, 2, &guarded_counter_device},
	{"proc/processes", LOCAL_MAJOR, 0, &process_list},
};

enum { DEVICE_COUNT = sizeof(devices) / sizeof(*devices), DEVICE_PERMISSIONS = 0666 };

static const struct file_operations *device_operations(uint32_t number)
{
	for (unsigned i = 0; i < DEVICE_COUNT; i++)
		if (device_number(devices[i].major, devices[i].minor) == number)
			return devices[i].operations;
	return NULL;
}

static bool add_devices(void)
{
	for (unsigned i = 0; i < DEVICE_COUNT; i++)
		if (!tree_add_special(&tree, devices[i].path, MODE_CHARACTER | DEVICE_PERMISSIONS,
				      device_number(devices[i].major, devices[i].minor)))
			return false;
	return descriptor_nodes_add(&tree) && proc_add(&tree) && tree_add_self_link(&tree, "proc/self/exe");
}

/* An archive without an init gets the one of the built-in archive, so that any program can be run by itself. False:
 * out of memory. */
static bool supply_init(void)
{
	struct walker walker = {.directory = tree.root, .follow = true};
	struct node *node;

	return tree_walk(&tree, &walker, INIT_DEFAULT, &node) != TREE_MISSING ||
	       tree_add_from(&tree, &builtin_initrd, INIT_DEFAULT) || pages.free > 0;
}

/* How many names the tree may have to find: those of the initrd, and those that /tmp can have. */
static uint64_t count_names(void)
{
	uint64_t count = tmp_names_max();
	struct cpio_entry entry;

	for (size_t position = 0; cpio_next(&initrd, &position, &entry) == 1;) {
		count++;
		schedule_pause();
	}
	return count;
}

/* False: out of memory. */
static bool load_tree(void)
{
	size_t position;
	unsigned left_out;
	int result = -2;

	if (tree_init(&tree, &pages, count_names()))
		result = tree_load(&tree, &initrd, &position, &left_out, schedule_pause);
	if (result == -2)
		return false;
	if (!add_devices() || !tmp_mount(&tree))
		return false;
	if (result == -1)
		print("initrd: damaged at byte %lu, what follows is left out\n", position);
	if (left_out > 0)
		print("initrd: %u entries left out: no such path can be, or no type\n", left_out);
	return supply_init();
}

/* Gives init's first files their node, once there are both the files and the tree; either may be first. */
static void find_console(void)
{
	struct node *node;

	if (tree.root == NULL || first_files[0] == NULL)
		return;
	if (path_find(tree.root, "/dev/console", true, &node) != 0)
		panic("no console in the directory tree: the initrd has something else where /dev must be");
	first_files[0]->node = first_files[1]->node = node;
}

static bool loading; /* the tree, which takes long, so others have the CPU meanwhile */

int files_need_tree(void)
{
	while (loading) {
		schedule_pause();
		schedule_yield();
	}
	if (tree.root != NULL)
		return 0;
	loading = true;
	bool loaded = load_tree();
	if (!loaded)
		tree_free(&tree);
	loading = false;
	if (!loaded)
		return -ENOMEM;
	/* Init started before there was a tree, so its console and its program have no nodes yet. */
	find_console();
	if (init != NULL && init->program.node == NULL)
		path_find(tree.root, options.init, true, &init->program.node);
	return 0;
}

bool files_open_first(struct file **from, struct file **to)
{
	if (!terminal_open_first(from, to))
		return false;
	first_files[0] = *from;
	first_files[1] = *to;
	find_console();
	return true;
}

/* ---- paths ---- */

int path_find(struct node *directory, const char *path, bool follow, struct node **found)
{
	return path_find_place(directory, path, follow, found, NULL);
}

/* Keeps the last name of a walk, because the path it lies in may go. */
static void keep_place(struct path_place *kept, const struct walker *walker)
{
	kept->place.parent = walker->is_last ? walker->parent : NULL;
	kept->has_slash = walker->has_slash;
	if (kept->place.parent == NULL || walker->name_length > TREE_NAME_MAX)
		return;
	kept->place.length = (uint32_t)walker->name_length;
	memcpy(kept->place.name, walker->name, walker->name_length);
	kept->place.name[walker->name_length] = '\0';
}

int path_find_place(struct node *directory, const char *path, bool follow, struct node **found,
		    struct path_place *place)
{
	static const int errors[] = {
		[TREE_FOUND] = 0,
		[TREE_MISSING] = -ENOENT,
		[TREE_NOT_DIRECTORY] = -ENOTDIR,
		[TREE_LOOP] = -ELOOP,
		[TREE_NAME_TOO_LONG] = -ENAMETOOLONG,
	};
	int error = files_need_tree();
	if (error != 0)
		return error;
	if (directory == NULL)
		directory = tree.root; /* a process that began before there was a tree */

	struct walker walker = {.directory = directory, .self = current->program.node, .follow = follow};
	enum tree_result result = tree_walk(&tree, &walker, path, found);

	if (place != NULL)
		keep_place(place, &walker);
	return errors[result];
}

int path_read(char copy[PATH_LENGTH_MAX], uint64_t address)
{
	int64_t length = space_read_string(&current->space, copy, address, PATH_LENGTH_MAX);

	if (length == -E2BIG)
		return -ENAMETOOLONG;
	return length < 0 ? (int)length : 0;
}

int file_operations_of(const struct node *node, uint32_t flags, const struct file_operations **operations)
{
	bool writes = (flags & O_ACCESS) != O_READ_ONLY;

	switch (node->mode & MODE_TYPE) {
	case MODE_DIRECTORY:
		*operations = &directory_operations;
		return writes ? -EISDIR : 0;
	case MODE_FILE:
		if (node->file != NULL) {
			*operations = &tmp_regular_file;
			return 0;
		}
		if (node->device != 0) {
			*operations = &proc_file;
			return writes ? -EACCES : 0;
		}
		*operations = &archive_file;
		return writes || flags & O_TRUNCATE ? -EROFS : 0;
	case MODE_CHARACTER:
		*operations = device_operations(node->device);
		return *operations == NULL ? -ENXIO : 0;
	default:
		return -ENXIO;
	}
}

void node_status(const struct node *node, struct file_status *status)
{
	if (node->file != NULL) {
		tmp_status(node, status);
		return;
	}
	uint32_t links = node->header == NULL ? 1 : cpio_number(node->header, CPIO_LINKS);
	int64_t time = node->header == NULL ? 0 : cpio_number(node->header, CPIO_TIME);

	*status = (struct file_status){
		.device = 1,
		.number = node->number,
		.links = links,
		.mode = node->mode,
		.real_device = (node->mode & MODE_TYPE) == MODE_CHARACTER ? node->device : 0,
		.size = (int64_t)node->size,
		.block_size = PAGE_SIZE,
		.blocks = (int64_t)((node->size + SECTOR - 1) / SECTOR),
		.times = {{time, 0}, {time, 0}, {time, 0}},
	};
}

/* ---- files ---- */

static int64_t read_file(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	enum { PIECE = 64 * PAGE_SIZE };
	const struct node *node = file->node;
	uint64_t left = *position < node->size ? node->size - *position : 0, done = 0;
	int error = 0;

	if (size > left)
		size = left;
	while (done < size && error == 0) {
		uint64_t part = size - done < PIECE ? size - done : PIECE;
		done += transfer_out(address + done, node->data + *position + done, part, &error);
		schedule_pause();
	}
	*position += done;
	return transfer_result(done, error);
}

static int64_t control_file(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t left = (int32_t)((int64_t)file->node->size - (int64_t)file->position);

	if ((uint32_t)request != FIONREAD)
		return -ENOTTY;
	return space_write(&current->space, argument, &left, sizeof(left));
}

static const struct file_operations archive_file = {.read = read_file, .control = control_file, .seekable = true};

bool is_archive_file(const struct file *file)
{
	return file->operations == &archive_file;
}

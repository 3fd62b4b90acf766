/* SPDX-License-Identifier: MIT */
/* System calls that find files: open, stat, access, readlink, the current directory. tree_calls.c changes files. */
#include "kernel/calls/call_definition.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptor_nodes.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/tmp/tmp_files.h"

enum { MAY_EXECUTE = 1, MAY_WRITE = 2, MAY_MASK = 7 }; /* access(2) */
enum { CREATION_MASK = 0777, PERMISSIONS = 07777 };

/* Where a path that is relative to `fd` begins. 0 or -errno. */
static int base_of(uint64_t fd, const char *path, struct node **base)
{
	const struct file *file = descriptor_file(fd);

	*base = current->descriptors.directory;
	if ((int32_t)fd == (int32_t)CURRENT_DIRECTORY || *path == '/')
		return 0;
	if (file == NULL)
		return -EBADF;
	if (file->node == NULL || !node_is_directory(file->node))
		return -ENOTDIR;
	*base = file->node;
	return 0;
}

int path_look(uint64_t fd, uint64_t address, bool follow, struct node **found, struct path_place *place)
{
	char path[PATH_LENGTH_MAX];
	struct node *base;
	int error = path_read(path, address);

	if (place != NULL)
		place->place.parent = NULL;
	if (error == 0 && *path == '\0')
		error = -ENOENT;
	if (error == 0)
		error = base_of(fd, path, &base);
	return error != 0 ? error : path_find_place(base, path, follow, found, place);
}

static int find(uint64_t fd, uint64_t address, bool follow, struct node **found)
{
	return path_look(fd, address, follow, found, NULL);
}

/* ---- open ---- */

static int64_t open_node(struct node *node, uint32_t flags)
{
	const struct file_operations *operations;

	if ((node->mode & MODE_TYPE) == MODE_LINK)
		return -ELOOP; /* links are followed, unless O_NOFOLLOW is given */
	if (flags & O_DIRECTORY && !node_is_directory(node))
		return -ENOTDIR;
	int64_t copied = descriptor_of_node(node);
	if (copied >= 0)
		return descriptor_open(copied, flags);
	int error = file_operations_of(node, flags, &operations);
	if (error != 0)
		return error;
	struct file *file = file_new(operations, node, flags);
	if (file == NULL)
		return -ENOMEM;
	int64_t fd = descriptor_add(file, 0, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(file);
	else if (operations == &tmp_regular_file && flags & O_TRUNCATE)
		tmp_set_size(node->file, 0);
	return fd;
}

/* Makes the file that an open with O_CREAT has not found. */
static int create(const struct path_place *place, uint64_t mode, struct node **node)
{
	if (place->place.parent == NULL)
		return -ENOENT;
	if (place->has_slash)
		return -EISDIR;
	mode &= PERMISSIONS & ~current->descriptors.creation_mask;
	return tmp_make(&place->place, MODE_FILE | (uint32_t)mode, node);
}

static int64_t open_path(uint64_t directory, uint64_t path, uint64_t flags, uint64_t mode)
{
	bool creates = flags & O_CREATE, exclusive = creates && flags & O_EXCLUSIVE;
	struct path_place place;
	struct node *node;
	int error = path_look(directory, path, !(flags & O_NOFOLLOW) && !exclusive, &node, creates ? &place : NULL);

	if (error == -ENOENT && creates) {
		error = create(&place, mode, &node);
		flags &= ~(uint64_t)O_TRUNCATE;
	} else if (error == 0 && creates) {
		error = exclusive ? -EEXIST : node_is_directory(node) ? -EISDIR : 0;
	}
	return error != 0 ? error : open_node(node, (uint32_t)flags);
}

SYSTEM_CALL(sys_open, uint64_t path, uint64_t flags, uint64_t mode)
{
	return open_path(CURRENT_DIRECTORY, path, flags, mode);
}

SYSTEM_CALL(sys_openat, uint64_t directory, uint64_t path, uint64_t flags, uint64_t mode)
{
	return open_path(directory, path, flags, mode);
}

SYSTEM_CALL(sys_creat, uint64_t path, uint64_t mode)
{
	return open_path(CURRENT_DIRECTORY, path, O_CREATE | O_WRITE_ONLY | O_TRUNCATE, mode);
}

/* ---- stat, access, readlink ---- */

/* 0 or -ENOMEM. */
static int current_directory(struct node **node)
{
	int error = files_need_tree();

	*node = current->descriptors.directory == NULL ? tree.root : current->descriptors.directory;
	return error;
}

static int64_t give_status(uint64_t directory, uint64_t path, uint64_t address, bool follow)
{
	struct file_status status;
	struct node *node;
	int error = find(directory, path, follow, &node);

	if (error != 0)
		return error;
	int64_t fd = descriptor_of_node(node);
	if (fd >= 0)
		return descriptor_file((uint64_t)fd) == NULL ? -ENOENT : give_status_of((uint64_t)fd, address);
	node_status(node, &status);
	return space_write(&current->space, address, &status, sizeof(status));
}

SYSTEM_CALL(sys_stat, uint64_t path, uint64_t address)
{
	return give_status(CURRENT_DIRECTORY, path, address, true);
}

SYSTEM_CALL(sys_lstat, uint64_t path, uint64_t address)
{
	return give_status(CURRENT_DIRECTORY, path, address, false);
}

/* Whether a call is about its descriptor itself, by AT_EMPTY_PATH. The current directory has the path ".". */
static bool names_descriptor(uint64_t flags, uint64_t path)
{
	char first;

	return flags & AT_EMPTY_PATH && space_read(&current->space, &first, path, 1) == 0 && first == '\0';
}

SYSTEM_CALL(sys_newfstatat, uint64_t directory, uint64_t path, uint64_t address, uint64_t flags)
{
	struct file_status status;
	struct node *node;

	if ((uint32_t)flags & ~(uint32_t)(AT_NO_FOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
		return -EINVAL;
	if (!names_descriptor(flags, path))
		return give_status(directory, path, address, !(flags & AT_NO_FOLLOW));
	if ((int32_t)directory != (int32_t)CURRENT_DIRECTORY)
		return give_status_of(directory, address);
	int error = current_directory(&node);
	if (error != 0)
		return error;
	node_status(node, &status);
	return space_write(&current->space, address, &status, sizeof(status));
}

/* What AT_EMPTY_PATH names: a file of the tree, or NULL for a pipe. 0, -EBADF or -ENOMEM. */
static int node_of_descriptor(uint64_t fd, struct node **node)
{
	const struct file *file = descriptor_file(fd);
	bool is_current = (int32_t)fd == (int32_t)CURRENT_DIRECTORY;

	if (is_current)
		return current_directory(node);
	if (file == NULL)
		return -EBADF;
	*node = file->node;
	return 0;
}

static int64_t check_access(uint64_t directory, uint64_t path, uint64_t mode, uint64_t flags)
{
	struct node *node;

	if (mode & ~(uint64_t)MAY_MASK ||
	    (uint32_t)flags & ~(uint32_t)(AT_NO_FOLLOW | AT_EFFECTIVE_IDS | AT_EMPTY_PATH))
		return -EINVAL;
	int error = names_descriptor(flags, path) ? node_of_descriptor(directory, &node)
						  : find(directory, path, !(flags & AT_NO_FOLLOW), &node);
	if (error != 0)
		return error;
	if (node == NULL)
		return mode & MAY_EXECUTE ? -EACCES : 0;
	uint32_t type = node->mode & MODE_TYPE;
	if (node->file != NULL) /* /tmp has no program that could be executed: see exec.c */
		return mode & MAY_EXECUTE && type != MODE_DIRECTORY ? -EACCES : 0;
	if (mode & MAY_WRITE && (type == MODE_FILE || type == MODE_DIRECTORY))
		return -EROFS;
	return mode & MAY_EXECUTE && type != MODE_DIRECTORY && !(node->mode & MODE_ANY_EXECUTE) ? -EACCES : 0;
}

SYSTEM_CALL(sys_access, uint64_t path, uint64_t mode)
{
	return check_access(CURRENT_DIRECTORY, path, mode, 0);
}

SYSTEM_CALL(sys_faccessat, uint64_t directory, uint64_t path, uint64_t mode)
{
	return check_access(directory, path, mode, 0);
}

SYSTEM_CALL(sys_faccessat2, uint64_t directory, uint64_t path, uint64_t mode, uint64_t flags)
{
	return check_access(directory, path, mode, flags);
}

/* Writes a text, cut to `size` and without a NUL, to user memory. Its length or -errno. */
static int64_t give_text(uint64_t address, const void *text, uint64_t length, uint64_t size)
{
	if (length > size)
		length = size;
	int error = space_write(&current->space, address, text, length);
	return error != 0 ? error : (int64_t)length;
}

static int64_t read_link(uint64_t directory, uint64_t path, uint64_t address, uint64_t size)
{
	char text[PATH_LENGTH_MAX];
	struct node *node;
	int error = find(directory, path, false, &node);

	if (error != 0)
		return error;
	if ((node->mode & MODE_TYPE) != MODE_LINK || (int32_t)size <= 0)
		return -EINVAL;
	if (!node_is_self_link(node))
		return give_text(address, node->data, node->size, (uint32_t)size);
	if (current->program.node == NULL) /* init, or a child of it, from before there was a tree */
		return -ENOENT;
	const char *start = tree_path(current->program.node, text, sizeof(text));
	return start == NULL ? -ENAMETOOLONG : give_text(address, start, strlen(start), (uint32_t)size);
}

SYSTEM_CALL(sys_readlink, uint64_t path, uint64_t address, uint64_t size)
{
	return read_link(CURRENT_DIRECTORY, path, address, size);
}

SYSTEM_CALL(sys_readlinkat, uint64_t directory, uint64_t path, uint64_t address, uint64_t size)
{
	return read_link(directory, path, address, size);
}

/* ---- the current directory, umask ---- */

static int64_t enter(struct node *node)
{
	if (!node_is_directory(node))
		return -ENOTDIR;
	if (node->file != NULL && node->file->links == 0)
		return -ENOENT;
	node_hold(node);
	node_put(current->descriptors.directory);
	current->descriptors.directory = node;
	return 0;
}

SYSTEM_CALL(sys_chdir, uint64_t path)
{
	struct node *node;
	int error = find(CURRENT_DIRECTORY, path, true, &node);

	return error != 0 ? error : enter(node);
}

SYSTEM_CALL(sys_fchdir, uint64_t fd)
{
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->node == NULL ? -ENOTDIR : enter(file->node);
}

SYSTEM_CALL(sys_getcwd, uint64_t address, uint64_t size)
{
	char text[PATH_LENGTH_MAX];
	struct node *directory;
	int error = current_directory(&directory);

	if (error != 0)
		return error;
	if (directory->file != NULL && directory->file->links == 0)
		return -ENOENT;
	const char *start = tree_path(directory, text, sizeof(text));

	if (start == NULL)
		return -ENAMETOOLONG;
	uint64_t length = (uint64_t)(text + sizeof(text) - start);
	return length > size ? -ERANGE : give_text(address, start, length, length);
}

SYSTEM_CALL(sys_umask, uint64_t mask)
{
	uint32_t before = current->descriptors.creation_mask;

	current->descriptors.creation_mask = (uint32_t)mask & CREATION_MASK;
	return before;
}

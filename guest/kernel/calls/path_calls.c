/* SPDX-License-Identifier: MIT */
/* System calls on paths. Semantics as in Linux's manual pages, section 2. The tree is read-only. */
#include "kernel/files/file.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

enum { CURRENT_DIRECTORY = -100, NO_FOLLOW = 0x100, EMPTY_PATH = 0x1000 }; /* AT_* */
enum { MAY_EXECUTE = 1, MAY_WRITE = 2, MAY_MASK = 7 };			   /* access(2) */
enum { CREATION_MASK = 0777 };

/* Where a path that is relative to `fd` begins. 0 or -errno. */
static int base_of(uint64_t fd, const char *path, struct node **base)
{
	const struct file *file = descriptor_file(fd);

	*base = current->descriptors.directory;
	if ((int32_t)fd == CURRENT_DIRECTORY || *path == '/')
		return 0;
	if (file == NULL)
		return -EBADF;
	if (file->node == NULL || !node_is_directory(file->node))
		return -ENOTDIR;
	*base = file->node;
	return 0;
}

static int find(uint64_t fd, uint64_t address, bool follow, struct node **found)
{
	char path[PATH_LENGTH_MAX];
	struct node *base;
	int error = path_read(path, address);

	if (error == 0)
		error = base_of(fd, path, &base);
	return error != 0 ? error : path_find(base, path, follow, found);
}

/* ---- open ---- */

static int64_t open_node(struct node *node, uint32_t flags)
{
	const struct file_operations *operations;

	if ((node->mode & MODE_TYPE) == MODE_LINK)
		return -ELOOP; /* only O_NOFOLLOW comes here */
	if (flags & O_DIRECTORY && !node_is_directory(node))
		return -ENOTDIR;
	int error = file_operations_of(node, flags, &operations);
	if (error != 0)
		return error;
	struct file *file = file_new(operations, node, flags);
	if (file == NULL)
		return -ENOMEM;
	int64_t fd = descriptor_add(file, 0, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(file);
	return fd;
}

int64_t sys_openat(uint64_t directory, uint64_t path, uint64_t flags, uint64_t mode, uint64_t e, uint64_t f)
{
	UNUSED(mode), UNUSED(e), UNUSED(f);
	struct node *node;
	int error = find(directory, path, !(flags & O_NOFOLLOW), &node);

	if (error == -ENOENT && flags & O_CREATE)
		return -EROFS;
	if (error == 0 && flags & O_CREATE && flags & O_EXCLUSIVE)
		return -EEXIST;
	return error != 0 ? error : open_node(node, (uint32_t)flags);
}

int64_t sys_open(uint64_t path, uint64_t flags, uint64_t mode, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d);
	return sys_openat((uint64_t)CURRENT_DIRECTORY, path, flags, mode, e, f);
}

/* ---- stat, access, readlink ---- */

static int64_t give_status(uint64_t directory, uint64_t path, uint64_t address, bool follow)
{
	struct file_status status;
	struct node *node;
	int error = find(directory, path, follow, &node);

	if (error != 0)
		return error;
	node_status(node, &status);
	return space_write(&current->space, address, &status, sizeof(status));
}

int64_t sys_stat(uint64_t path, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return give_status((uint64_t)CURRENT_DIRECTORY, path, address, true);
}

int64_t sys_lstat(uint64_t path, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return give_status((uint64_t)CURRENT_DIRECTORY, path, address, false);
}

int64_t sys_newfstatat(uint64_t directory, uint64_t path, uint64_t address, uint64_t flags, uint64_t e, uint64_t f)
{
	UNUSED(e), UNUSED(f);
	char first;

	if (flags & EMPTY_PATH && space_read(&current->space, &first, path, 1) == 0 && first == '\0' &&
	    (int32_t)directory != CURRENT_DIRECTORY)
		return sys_fstat(directory, address, 0, 0, 0, 0);
	return give_status(directory, path, address, !(flags & NO_FOLLOW));
}

int64_t sys_faccessat2(uint64_t directory, uint64_t path, uint64_t mode, uint64_t flags, uint64_t e, uint64_t f)
{
	UNUSED(e), UNUSED(f);
	struct node *node;

	if (mode & ~(uint64_t)MAY_MASK)
		return -EINVAL;
	int error = find(directory, path, !(flags & NO_FOLLOW), &node);
	if (error != 0)
		return error;
	uint32_t type = node->mode & MODE_TYPE;
	if (mode & MAY_WRITE && (type == MODE_FILE || type == MODE_DIRECTORY))
		return -EROFS;
	return mode & MAY_EXECUTE && type != MODE_DIRECTORY && !(node->mode & MODE_ANY_EXECUTE) ? -EACCES : 0;
}

int64_t sys_faccessat(uint64_t directory, uint64_t path, uint64_t mode, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d);
	return sys_faccessat2(directory, path, mode, 0, e, f);
}

int64_t sys_access(uint64_t path, uint64_t mode, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d);
	return sys_faccessat2((uint64_t)CURRENT_DIRECTORY, path, mode, 0, e, f);
}

/* Cut to `size`, without a NUL. */
static int64_t give_text(uint64_t address, const void *text, uint64_t length, uint64_t size)
{
	if (length > size)
		length = size;
	int error = space_write(&current->space, address, text, length);
	return error != 0 ? error : (int64_t)length;
}

int64_t sys_readlinkat(uint64_t directory, uint64_t path, uint64_t address, uint64_t size, uint64_t e, uint64_t f)
{
	UNUSED(e), UNUSED(f);
	char text[PATH_LENGTH_MAX];
	struct node *node;
	int error = find(directory, path, false, &node);

	if (error != 0)
		return error;
	if ((node->mode & MODE_TYPE) != MODE_LINK || (int32_t)size <= 0)
		return -EINVAL;
	if (!node_is_self_link(node))
		return give_text(address, node->data, node->size, (uint32_t)size);
	if (current->program.node == NULL) /* a copy of init from before there was a tree */
		return -ENOENT;
	const char *start = tree_path(current->program.node, text, sizeof(text));
	return start == NULL ? -ENAMETOOLONG : give_text(address, start, strlen(start), (uint32_t)size);
}

int64_t sys_readlink(uint64_t path, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d);
	return sys_readlinkat((uint64_t)CURRENT_DIRECTORY, path, address, size, e, f);
}

/* ---- the current directory, umask ---- */

static int64_t enter(struct node *node)
{
	if (!node_is_directory(node))
		return -ENOTDIR;
	current->descriptors.directory = node;
	return 0;
}

int64_t sys_chdir(uint64_t path, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	struct node *node;
	int error = find((uint64_t)CURRENT_DIRECTORY, path, true, &node);

	return error != 0 ? error : enter(node);
}

int64_t sys_fchdir(uint64_t fd, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->node == NULL ? -ENOTDIR : enter(file->node);
}

int64_t sys_getcwd(uint64_t address, uint64_t size, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	char text[PATH_LENGTH_MAX];

	files_need_tree();
	const struct node *directory = current->descriptors.directory;
	const char *start = tree_path(directory == NULL ? tree.root : directory, text, sizeof(text));

	if (start == NULL)
		return -ENAMETOOLONG;
	uint64_t length = (uint64_t)(text + sizeof(text) - start);
	return length > size ? -ERANGE : give_text(address, start, length, length);
}

int64_t sys_umask(uint64_t mask, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	uint32_t before = current->descriptors.creation_mask;

	current->descriptors.creation_mask = (uint32_t)mask & CREATION_MASK;
	return before;
}

/* SPDX-License-Identifier: MIT */
/*
 * System calls that change the tree of files and what stat tells of them. Only what is below /tmp can be changed; the
 * rest is a read-only file system (EROFS), another one than /tmp (EXDEV).
 */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/wall_clock.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/tmp/tmp_files.h"
#include "kernel/tmp/tmp_memory.h"

#define NANOSECONDS 1000000000L

enum { PERMISSIONS = 07777 };

/*
 * Finds where a name can be made: where there is nothing of that name yet. -EEXIST, or another -errno. Only a directory
 * may have a name that ends with a slash.
 */
static int find_free(uint64_t directory, uint64_t path, bool for_directory, struct place *place)
{
	struct path_place found;
	struct node *node;
	int error = path_look(directory, path, false, &node, &found);

	if (error == 0)
		return -EEXIST;
	if (error != -ENOENT || found.place.parent == NULL || (found.has_slash && !for_directory))
		return error;
	*place = found.place;
	return place->parent->file == NULL ? -EROFS : 0;
}

/* The file of a descriptor or path for a call that changes it: -EROFS if it is not of /tmp. */
static int find_file(uint64_t directory, uint64_t path, bool follow, struct node **node)
{
	int error = path_look(directory, path, follow, node, NULL);

	return error == 0 && (*node)->file == NULL ? -EROFS : error;
}

static int file_of(uint64_t fd, struct node **node)
{
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	*node = file->node;
	return *node == NULL || (*node)->file == NULL ? -EROFS : 0;
}

static uint32_t masked(uint64_t mode)
{
	return (uint32_t)mode & PERMISSIONS & ~current->descriptors.creation_mask;
}

/* ---- making and removing ---- */

static int64_t make_directory(uint64_t directory, uint64_t path, uint64_t mode)
{
	struct place place;
	struct node *node;
	int error = find_free(directory, path, true, &place);

	return error != 0 ? error : tmp_make(&place, MODE_DIRECTORY | masked(mode), &node);
}

SYSTEM_CALL(sys_mkdir, uint64_t path, uint64_t mode)
{
	return make_directory(CURRENT_DIRECTORY, path, mode);
}

SYSTEM_CALL(sys_mkdirat, uint64_t directory, uint64_t path, uint64_t mode)
{
	return make_directory(directory, path, mode);
}

static bool is_name(const struct place *place, const char *name)
{
	return place->parent != NULL && strcmp(place->name, name) == 0;
}

static int64_t remove_directory(uint64_t directory, uint64_t path)
{
	struct path_place found;
	struct node *node;
	int error = path_look(directory, path, false, &node, &found);

	if (error != 0)
		return error;
	if (is_name(&found.place, "."))
		return -EINVAL;
	if (is_name(&found.place, ".."))
		return -ENOTEMPTY;
	if (!node_is_directory(node))
		return -ENOTDIR;
	return tmp_remove(node);
}

static int64_t remove_file(uint64_t directory, uint64_t path)
{
	struct node *node;
	int error = path_look(directory, path, false, &node, NULL);

	if (error != 0)
		return error;
	return node_is_directory(node) ? -EISDIR : tmp_remove(node);
}

SYSTEM_CALL(sys_rmdir, uint64_t path)
{
	return remove_directory(CURRENT_DIRECTORY, path);
}

SYSTEM_CALL(sys_unlink, uint64_t path)
{
	return remove_file(CURRENT_DIRECTORY, path);
}

SYSTEM_CALL(sys_unlinkat, uint64_t directory, uint64_t path, uint64_t flags)
{
	if (flags & ~(uint64_t)AT_REMOVE_DIRECTORY)
		return -EINVAL;
	return flags & AT_REMOVE_DIRECTORY ? remove_directory(directory, path) : remove_file(directory, path);
}

static int64_t make_link(uint64_t target, uint64_t directory, uint64_t path)
{
	char text[PATH_LENGTH_MAX];
	struct place place;
	int error = path_read(text, target);

	if (error == 0 && text[0] == '\0')
		error = -ENOENT;
	if (error == 0)
		error = find_free(directory, path, false, &place);
	return error != 0 ? error : tmp_make_link(&place, text, strlen(text));
}

SYSTEM_CALL(sys_symlink, uint64_t target, uint64_t path)
{
	return make_link(target, CURRENT_DIRECTORY, path);
}

SYSTEM_CALL(sys_symlinkat, uint64_t target, uint64_t directory, uint64_t path)
{
	return make_link(target, directory, path);
}

static int64_t add_name(uint64_t old_directory, uint64_t old, uint64_t directory, uint64_t path, uint64_t flags)
{
	struct place place;
	struct node *node;

	if (flags & ~(uint64_t)AT_FOLLOW)
		return -EINVAL;
	int error = path_look(old_directory, old, flags & AT_FOLLOW, &node, NULL);
	if (error == 0)
		error = find_free(directory, path, false, &place);
	return error != 0 ? error : tmp_add_name(&place, node);
}

SYSTEM_CALL(sys_link, uint64_t old, uint64_t path)
{
	return add_name(CURRENT_DIRECTORY, old, CURRENT_DIRECTORY, path, 0);
}

SYSTEM_CALL(sys_linkat, uint64_t old_directory, uint64_t old, uint64_t directory, uint64_t path, uint64_t flags)
{
	return add_name(old_directory, old, directory, path, flags);
}

/* ---- renaming ---- */

enum { RENAME_NO_REPLACE = 1 };

static int64_t rename_file(uint64_t old_directory, uint64_t old, uint64_t directory, uint64_t path, uint64_t flags)
{
	struct path_place from, to;
	struct node *node, *there = NULL;

	if (flags & ~(uint64_t)RENAME_NO_REPLACE)
		return -EINVAL;
	int error = path_look(old_directory, old, false, &node, &from);
	if (error != 0)
		return error;
	error = path_look(directory, path, false, &there, &to);
	if (error == 0 && flags & RENAME_NO_REPLACE)
		return -EEXIST;
	if (error != 0 && (error != -ENOENT || to.place.parent == NULL))
		return error;
	if (is_name(&from.place, ".") || is_name(&from.place, "..") || to.place.parent == NULL ||
	    is_name(&to.place, ".") || is_name(&to.place, ".."))
		return -EBUSY;
	if ((from.has_slash || to.has_slash) && !node_is_directory(node))
		return -ENOTDIR;
	return tmp_rename(node, &to.place, error == 0 ? there : NULL);
}

SYSTEM_CALL(sys_rename, uint64_t old, uint64_t path)
{
	return rename_file(CURRENT_DIRECTORY, old, CURRENT_DIRECTORY, path, 0);
}

SYSTEM_CALL(sys_renameat, uint64_t old_directory, uint64_t old, uint64_t directory, uint64_t path)
{
	return rename_file(old_directory, old, directory, path, 0);
}

SYSTEM_CALL(sys_renameat2, uint64_t old_directory, uint64_t old, uint64_t directory, uint64_t path, uint64_t flags)
{
	return rename_file(old_directory, old, directory, path, flags);
}

/* ---- sizes ---- */

static int set_size(const struct node *node, uint64_t size)
{
	if ((int64_t)size < 0)
		return -EINVAL;
	if (node_is_directory(node))
		return -EISDIR;
	if (node->file == NULL)
		return (node->mode & MODE_TYPE) == MODE_FILE ? -EROFS : -EINVAL;
	return tmp_set_size(node->file, size);
}

SYSTEM_CALL(sys_truncate, uint64_t path, uint64_t size)
{
	struct node *node;
	int error = path_look(CURRENT_DIRECTORY, path, true, &node, NULL);

	return error != 0 ? error : set_size(node, size);
}

SYSTEM_CALL(sys_ftruncate, uint64_t fd, uint64_t size)
{
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	if (file->node == NULL || (file->flags & O_ACCESS) == O_READ_ONLY)
		return -EINVAL;
	return set_size(file->node, size);
}

/* Everything is in memory, so there is nothing to wait for. */
SYSTEM_CALL(sys_fsync, uint64_t fd)
{
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->node == NULL ? -EINVAL : 0;
}

SYSTEM_CALL(sys_fdatasync, uint64_t fd)
{
	return sys_fsync(fd);
}

SYSTEM_CALL(sys_sync, void)
{
	return 0;
}

/* ---- permissions, owners, times ---- */

static int64_t change_mode(int error, const struct node *node, uint64_t mode)
{
	if (error != 0)
		return error;
	node->file->mode = (node->file->mode & MODE_TYPE) | ((uint32_t)mode & PERMISSIONS);
	tmp_touch(node->file, TIME_CHANGE);
	return 0;
}

SYSTEM_CALL(sys_chmod, uint64_t path, uint64_t mode)
{
	struct node *node = NULL;
	int error = find_file(CURRENT_DIRECTORY, path, true, &node);

	return change_mode(error, node, mode);
}

SYSTEM_CALL(sys_fchmod, uint64_t fd, uint64_t mode)
{
	struct node *node = NULL;
	int error = file_of(fd, &node);

	return change_mode(error, node, mode);
}

SYSTEM_CALL(sys_fchmodat, uint64_t directory, uint64_t path, uint64_t mode)
{
	struct node *node = NULL;
	int error = find_file(directory, path, true, &node);

	return change_mode(error, node, mode);
}

/* An owner of -1 stays as it is. */
static int64_t change_owner(int error, const struct node *node, uint64_t user, uint64_t group)
{
	if (error != 0)
		return error;
	if ((uint32_t)user != UINT32_MAX)
		node->file->user = (uint32_t)user;
	if ((uint32_t)group != UINT32_MAX)
		node->file->group = (uint32_t)group;
	tmp_touch(node->file, TIME_CHANGE);
	return 0;
}

SYSTEM_CALL(sys_chown, uint64_t path, uint64_t user, uint64_t group)
{
	struct node *node = NULL;
	int error = find_file(CURRENT_DIRECTORY, path, true, &node);

	return change_owner(error, node, user, group);
}

SYSTEM_CALL(sys_lchown, uint64_t path, uint64_t user, uint64_t group)
{
	struct node *node = NULL;
	int error = find_file(CURRENT_DIRECTORY, path, false, &node);

	return change_owner(error, node, user, group);
}

SYSTEM_CALL(sys_fchown, uint64_t fd, uint64_t user, uint64_t group)
{
	struct node *node = NULL;
	int error = file_of(fd, &node);

	return change_owner(error, node, user, group);
}

SYSTEM_CALL(sys_fchownat, uint64_t directory, uint64_t path, uint64_t user, uint64_t group, uint64_t flags)
{
	char first = '/';
	struct node *node = NULL;
	int error;

	if (flags & AT_EMPTY_PATH && space_read(&current->space, &first, path, 1) == 0 && first == '\0')
		error = file_of(directory, &node);
	else
		error = find_file(directory, path, !(flags & AT_NO_FOLLOW), &node);
	return change_owner(error, node, user, group);
}

struct user_time {
	int64_t seconds, fraction;
};

/* One of the two times that utimensat(2) sets. False: it is none. */
static bool set_time(struct tmp_file *file, unsigned which, const struct user_time *time)
{
	enum { NOW = 0x3fffffff, OMIT = 0x3ffffffe };

	if (time->fraction == OMIT)
		return true;
	if (time->fraction == NOW) {
		file->times[which] = wall_clock_now();
		return true;
	}
	if (time->fraction < 0 || time->fraction >= NANOSECONDS || time->seconds < 0 ||
	    time->seconds >= INT64_MAX / NANOSECONDS)
		return false;
	file->times[which] = (uint64_t)(time->seconds * NANOSECONDS + time->fraction);
	return true;
}

/* Reads two times from user memory, in units of `unit` nanoseconds; 0 for both means now. */
static int64_t change_times(struct tmp_file *file, uint64_t address, int64_t unit)
{
	struct user_time times[2];

	if (address == 0) {
		file->times[TIME_ACCESS] = file->times[TIME_MODIFICATION] = file->times[TIME_CHANGE] = wall_clock_now();
		return 0;
	}
	int error = space_read(&current->space, times, address, sizeof(times));
	if (error != 0)
		return error;
	for (unsigned i = 0; i < 2; i++) {
		if (unit > 1 && (times[i].fraction < 0 || times[i].fraction >= NANOSECONDS / unit))
			return -EINVAL;
		times[i].fraction *= unit;
	}
	if (!set_time(file, TIME_ACCESS, &times[0]) || !set_time(file, TIME_MODIFICATION, &times[1]))
		return -EINVAL;
	tmp_touch(file, TIME_CHANGE);
	return 0;
}

SYSTEM_CALL(sys_utimensat, uint64_t directory, uint64_t path, uint64_t times, uint64_t flags)
{
	struct node *node;

	if (flags & ~(uint64_t)(AT_NO_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int error = path == 0 ? file_of(directory, &node) : find_file(directory, path, !(flags & AT_NO_FOLLOW), &node);
	return error != 0 ? error : change_times(node->file, times, 1);
}

SYSTEM_CALL(sys_utimes, uint64_t path, uint64_t times)
{
	struct node *node;
	int error = find_file(CURRENT_DIRECTORY, path, true, &node);

	return error != 0 ? error : change_times(node->file, times, 1000);
}

/* ---- about the file system ---- */

/* struct statfs of x86-64 */
struct file_system_status {
	uint64_t type, block_size, blocks, free, available, files, files_free;
	uint64_t number, name_length, fragment_size, flags, spare[4];
};
_Static_assert(sizeof(struct file_system_status) == 120, "struct statfs of x86-64");

static int64_t give_file_system(uint64_t address, const struct node *node)
{
	enum { TMPFS = 0x01021994, RAMFS = 0x858458f6, READ_ONLY = 1, NO_EXEC = 8 };
	struct file_system_status status = {
		.type = RAMFS,
		.block_size = PAGE_SIZE,
		.name_length = TREE_NAME_MAX,
		.fragment_size = PAGE_SIZE,
		.flags = READ_ONLY,
	};

	if (node != NULL && node->file != NULL) {
		uint64_t used = tmp_pages_used(), max = tmp_pages_max();
		status.type = TMPFS;
		status.blocks = max;
		status.free = status.available = used < max ? max - used : 0;
		status.files = tmp_names_max();
		status.files_free = status.files - tmp_names_used();
		status.flags = NO_EXEC;
	}
	return space_write(&current->space, address, &status, sizeof(status));
}

SYSTEM_CALL(sys_statfs, uint64_t path, uint64_t address)
{
	struct node *node;
	int error = path_look(CURRENT_DIRECTORY, path, true, &node, NULL);

	return error != 0 ? error : give_file_system(address, node);
}

SYSTEM_CALL(sys_fstatfs, uint64_t fd, uint64_t address)
{
	const struct file *file = descriptor_file(fd);

	return file == NULL ? -EBADF : give_file_system(address, file->node);
}

/* struct statx */
struct extended_time {
	int64_t seconds;
	uint32_t nanoseconds, unused;
};

struct extended_status {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, user, group;
	uint16_t mode, unused;
	uint64_t number, size, blocks, attributes_mask;
	struct extended_time access, birth, change, modification;
	uint32_t real_major, real_minor, major, minor;
	uint64_t unused_too[14];
};
_Static_assert(sizeof(struct extended_status) == 256, "struct statx");

static struct extended_time extended(const int64_t time[2])
{
	return (struct extended_time){.seconds = time[0], .nanoseconds = (uint32_t)time[1]};
}

SYSTEM_CALL(sys_statx, uint64_t directory, uint64_t path, uint64_t flags, uint64_t mask, uint64_t address)
{
	enum { BASIC = 0x7ff, RESERVED = 0x80000000 };
	struct file_status status;
	struct node *node;
	char first;

	if (mask & RESERVED)
		return -EINVAL;
	if (flags & AT_EMPTY_PATH && space_read(&current->space, &first, path, 1) == 0 && first == '\0' &&
	    (int32_t)directory != (int32_t)CURRENT_DIRECTORY) {
		const struct file *file = descriptor_file(directory);
		if (file == NULL)
			return -EBADF;
		int error = file_status(file, &status);
		if (error != 0)
			return error;
	} else {
		int error = path_look(directory, path, !(flags & AT_NO_FOLLOW), &node, NULL);
		if (error != 0)
			return error;
		node_status(node, &status);
	}
	struct extended_status answer = {
		.mask = BASIC,
		.block_size = (uint32_t)status.block_size,
		.links = (uint32_t)status.links,
		.user = status.user,
		.group = status.group,
		.mode = (uint16_t)status.mode,
		.number = status.number,
		.size = (uint64_t)status.size,
		.blocks = (uint64_t)status.blocks,
		.access = extended(status.times[0]),
		.modification = extended(status.times[1]),
		.change = extended(status.times[2]),
		.real_major = (uint32_t)(status.real_device >> 8 & 0xfff),
		.real_minor = (uint32_t)((status.real_device & 0xff) | (status.real_device >> 12 & 0xfff00)),
		.minor = (uint32_t)status.device,
	};
	return space_write(&current->space, address, &answer, sizeof(answer));
}

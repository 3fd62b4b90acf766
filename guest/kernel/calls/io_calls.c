/* SPDX-License-Identifier: MIT */
/* System calls on open files: reading, writing, and asking about them. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"

enum { VECTORS_MAX = 1024 };

/* What one call moves at most (read(2), "Notes"). */
#define TRANSFER_MAX 0x7ffff000UL

/* ---- reading and writing ---- */

/* Checks a buffer before any of it is touched. 0 or -errno. */
static int check_range(uint64_t address, uint64_t size)
{
	return address >= USER_END || size > USER_END - address ? -EFAULT : 0;
}

/* Reads at *position, or where `position` is NULL at the file's own position. */
static int64_t read_at(uint64_t fd, uint64_t address, uint64_t size, uint64_t *position)
{
	struct file *file = descriptor_file(fd);

	if (file == NULL || (file->flags & O_ACCESS) == O_WRITE_ONLY)
		return -EBADF;
	int error = check_range(address, size);
	if (error != 0)
		return error;
	if (file->operations->read == NULL)
		return -EINVAL;
	return file->operations->read(file, address, size < TRANSFER_MAX ? size : TRANSFER_MAX,
				      position != NULL ? position : &file->position);
}

/* Writes at *position, or where `position` is NULL at the file's own position. */
static int64_t write_at(uint64_t fd, uint64_t address, uint64_t size, uint64_t *position)
{
	struct file *file = descriptor_file(fd);

	if (file == NULL || (file->flags & O_ACCESS) == O_READ_ONLY)
		return -EBADF;
	int error = check_range(address, size);
	if (error != 0)
		return error;
	if (file->operations->write == NULL)
		return -EINVAL;
	if (size > TRANSFER_MAX)
		size = TRANSFER_MAX;
	if (position != NULL && file->operations->write_at != NULL)
		return file->operations->write_at(file, address, size, position);
	return file->operations->write(file, address, size);
}

SYSTEM_CALL(sys_read, uint64_t fd, uint64_t address, uint64_t size)
{
	return read_at(fd, address, size, NULL);
}

SYSTEM_CALL(sys_write, uint64_t fd, uint64_t address, uint64_t size)
{
	return write_at(fd, address, size, NULL);
}

SYSTEM_CALL(sys_pread64, uint64_t fd, uint64_t address, uint64_t size, uint64_t position)
{
	const struct file *file = descriptor_file(fd);

	if ((int64_t)position < 0)
		return -EINVAL;
	if (file != NULL && !file->operations->seekable)
		return -ESPIPE;
	return read_at(fd, address, size, &position);
}

SYSTEM_CALL(sys_pwrite64, uint64_t fd, uint64_t address, uint64_t size, uint64_t position)
{
	const struct file *file = descriptor_file(fd);

	if (file != NULL && !file->operations->seekable)
		return -ESPIPE;
	if ((int64_t)position < 0)
		return -EINVAL;
	return write_at(fd, address, size, &position);
}

static int64_t read_part(uint64_t fd, uint64_t address, uint64_t size)
{
	return read_at(fd, address, size, NULL);
}

static int64_t write_part(uint64_t fd, uint64_t address, uint64_t size)
{
	return write_at(fd, address, size, NULL);
}

struct vector {
	uint64_t address, size;
};

/* Checks all parts before any is moved. 0 or -errno. */
static int64_t check_vectors(uint64_t vectors, uint64_t count)
{
	struct vector vector;

	if (count > VECTORS_MAX)
		return -EINVAL;
	for (uint64_t i = 0; i < count; i++) {
		int error = space_read(&current->space, &vector, vectors + i * sizeof(vector), sizeof(vector));
		if (error == 0 && (int64_t)vector.size < 0)
			error = -EINVAL;
		if (error == 0)
			error = check_range(vector.address, vector.size);
		if (error != 0)
			return error;
	}
	return 0;
}

/* Calls `move` for one part after another, up to the first that is not moved in full. */
static int64_t move_vector(uint64_t fd, uint64_t vectors, uint64_t count,
			   int64_t (*move)(uint64_t fd, uint64_t address, uint64_t size))
{
	struct vector vector;
	uint64_t done = 0;

	if (descriptor_file(fd) == NULL)
		return -EBADF;
	int64_t error = check_vectors(vectors, count);
	if (error != 0)
		return error;
	for (uint64_t i = 0; i < count && done < TRANSFER_MAX; i++) {
		int64_t moved = space_read(&current->space, &vector, vectors + i * sizeof(vector), sizeof(vector));
		if (moved == 0 && vector.size > 0)
			moved = move(fd, vector.address, vector.size);
		if (moved < 0)
			return done > 0 ? (int64_t)done : moved;
		done += (uint64_t)moved;
		if ((uint64_t)moved < vector.size)
			break;
	}
	return (int64_t)done;
}

SYSTEM_CALL(sys_readv, uint64_t fd, uint64_t vectors, uint64_t count)
{
	return move_vector(fd, vectors, count, read_part);
}

SYSTEM_CALL(sys_writev, uint64_t fd, uint64_t vectors, uint64_t count)
{
	return move_vector(fd, vectors, count, write_part);
}

SYSTEM_CALL(sys_lseek, uint64_t fd, uint64_t offset, uint64_t whence)
{
	struct file *file = descriptor_file(fd);
	int64_t base = 0, position;

	if (file == NULL)
		return -EBADF;
	if ((uint32_t)whence > SEEK_HOLE)
		return -EINVAL;
	if (!file->operations->seekable)
		return -ESPIPE;
	switch ((uint32_t)whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = (int64_t)file->position;
		break;
	case SEEK_END:
		base = (int64_t)node_size(file->node);
		break;
	default: /* holes count as data, and there is one behind each file */
		if (offset >= node_size(file->node))
			return -ENXIO;
		base = (uint32_t)whence == SEEK_DATA ? 0 : (int64_t)(node_size(file->node) - offset);
	}
	if (__builtin_add_overflow(base, (int64_t)offset, &position) || position < 0)
		return -EINVAL;
	file->position = (uint64_t)position;
	return position;
}

/* ---- about a file ---- */

int file_status(const struct file *file, struct file_status *status)
{
	int error = files_need_tree();

	if (error != 0)
		return error;
	if (file->operations->status != NULL)
		file->operations->status(file, status);
	else
		node_status(file->node, status);
	return 0;
}

int64_t give_status_of(uint64_t fd, uint64_t address)
{
	const struct file *file = descriptor_file(fd);
	struct file_status status;

	if (file == NULL)
		return -EBADF;
	int error = file_status(file, &status);
	if (error != 0)
		return error;
	return space_write(&current->space, address, &status, sizeof(status));
}

SYSTEM_CALL(sys_fstat, uint64_t fd, uint64_t address)
{
	return give_status_of(fd, address);
}

SYSTEM_CALL(sys_getdents64, uint64_t fd, uint64_t address, uint64_t size)
{
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->operations->entries == NULL ? -ENOTDIR : file->operations->entries(file, address, (uint32_t)size);
}

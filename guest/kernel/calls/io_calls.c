/* SPDX-License-Identifier: MIT */
/* System calls on open files: reading, writing, and about them. Semantics as in Linux's manual pages, section 2. */
#include "kernel/files/file.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

enum { VECTORS_MAX = 1024 };

/* What one call moves at most (read(2), "Notes"). */
#define TRANSFER_MAX 0x7ffff000UL

/* ---- reading and writing ---- */

/* 0, or what is wrong with a buffer before any of it is touched. */
static int check_range(uint64_t address, uint64_t size)
{
	if ((int64_t)size < 0)
		return -EINVAL;
	return address >= USER_END || size > USER_END - address ? -EFAULT : 0;
}

/* `position` NULL: the file's own. */
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

static int64_t write_to(uint64_t fd, uint64_t address, uint64_t size)
{
	struct file *file = descriptor_file(fd);

	if (file == NULL || (file->flags & O_ACCESS) == O_READ_ONLY)
		return -EBADF;
	int error = check_range(address, size);
	if (error != 0)
		return error;
	if (file->operations->write == NULL)
		return -EINVAL;
	return file->operations->write(file, address, size < TRANSFER_MAX ? size : TRANSFER_MAX);
}

int64_t sys_read(uint64_t fd, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	return read_at(fd, address, size, NULL);
}

int64_t sys_write(uint64_t fd, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	return write_to(fd, address, size);
}

int64_t sys_pread64(uint64_t fd, uint64_t address, uint64_t size, uint64_t position, uint64_t e, uint64_t f)
{
	UNUSED(e), UNUSED(f);
	const struct file *file = descriptor_file(fd);

	if (file != NULL && !file->operations->seekable)
		return -ESPIPE;
	if ((int64_t)position < 0)
		return -EINVAL;
	return read_at(fd, address, size, &position);
}

static int64_t read_part(uint64_t fd, uint64_t address, uint64_t size)
{
	return read_at(fd, address, size, NULL);
}

/* Does `move` with one part after another, up to the first that is not moved in full. */
static int64_t move_vector(uint64_t fd, uint64_t vectors, uint64_t count,
			   int64_t (*move)(uint64_t fd, uint64_t address, uint64_t size))
{
	struct {
		uint64_t address, size;
	} vector;
	uint64_t done = 0;

	if (count > VECTORS_MAX)
		return -EINVAL;
	if (descriptor_file(fd) == NULL)
		return -EBADF;
	for (uint64_t i = 0; i < count; i++) {
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

int64_t sys_readv(uint64_t fd, uint64_t vectors, uint64_t count, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	return move_vector(fd, vectors, count, read_part);
}

int64_t sys_writev(uint64_t fd, uint64_t vectors, uint64_t count, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	return move_vector(fd, vectors, count, write_to);
}

int64_t sys_lseek(uint64_t fd, uint64_t offset, uint64_t whence, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	struct file *file = descriptor_file(fd);
	int64_t base = 0, position;

	if (file == NULL)
		return -EBADF;
	if (!file->operations->seekable)
		return -ESPIPE;
	switch ((uint32_t)whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = (int64_t)file->position;
		break;
	case SEEK_END:
		base = (int64_t)file->node->size;
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, (int64_t)offset, &position) || position < 0)
		return -EINVAL;
	file->position = (uint64_t)position;
	return position;
}

/* ---- about a file ---- */

int64_t sys_fstat(uint64_t fd, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct file *file = descriptor_file(fd);
	struct file_status status;

	if (file == NULL)
		return -EBADF;
	files_need_tree();
	if (file->operations->status != NULL)
		file->operations->status(file, &status);
	else
		node_status(file->node, &status);
	return space_write(&current->space, address, &status, sizeof(status));
}

int64_t sys_ioctl(uint64_t fd, uint64_t request, uint64_t argument, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->operations->control == NULL ? -ENOTTY : file->operations->control(file, request, argument);
}

int64_t sys_getdents64(uint64_t fd, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	return file->operations->entries == NULL ? -ENOTDIR : file->operations->entries(file, address, (uint32_t)size);
}

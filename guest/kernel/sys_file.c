/* SPDX-License-Identifier: MIT */
/* System calls on descriptors. Semantics as in Linux's manual pages, section 2. */
#include "kernel/files.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

#define UNUSED(a) (void)(a)

enum { VECTORS_MAX = 1024 };
enum { F_DUPFD = 0, F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030, FD_CLOEXEC = 1 };

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

/* ---- descriptors ---- */

int64_t sys_close(uint64_t fd, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return descriptor_close(fd);
}

static int64_t duplicate(uint64_t fd, uint64_t lowest, bool close_on_exec)
{
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	int64_t result = descriptor_add(file, lowest, close_on_exec);
	if (result >= 0)
		file->users++;
	return result;
}

int64_t sys_dup(uint64_t fd, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return duplicate(fd, 0, false);
}

static int64_t duplicate_to(uint64_t fd, uint64_t target, bool close_on_exec)
{
	if (descriptor_file(fd) == NULL || (uint32_t)target >= DESCRIPTORS_MAX)
		return -EBADF;
	descriptor_close(target);
	return duplicate(fd, (uint32_t)target, close_on_exec);
}

int64_t sys_dup2(uint64_t fd, uint64_t target, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	if ((uint32_t)fd == (uint32_t)target)
		return descriptor_file(fd) == NULL ? -EBADF : (int64_t)(uint32_t)fd;
	return duplicate_to(fd, target, false);
}

int64_t sys_dup3(uint64_t fd, uint64_t target, uint64_t flags, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	if ((uint32_t)fd == (uint32_t)target || flags & ~(uint64_t)O_CLOEXEC)
		return -EINVAL;
	return duplicate_to(fd, target, flags & O_CLOEXEC);
}

static int64_t set_close_on_exec(uint64_t fd, bool set)
{
	uint64_t bit = 1UL << (uint32_t)fd, *mask = &current->descriptors.close_on_exec;

	*mask = set ? *mask | bit : *mask & ~bit;
	return 0;
}

int64_t sys_fcntl(uint64_t fd, uint64_t command, uint64_t argument, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	const uint32_t changeable = O_APPEND | O_NONBLOCK;
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	switch ((uint32_t)command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (argument >= DESCRIPTORS_MAX)
			return -EINVAL;
		return duplicate(fd, argument, (uint32_t)command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return current->descriptors.close_on_exec >> (uint32_t)fd & 1 ? FD_CLOEXEC : 0;
	case F_SETFD:
		return set_close_on_exec(fd, argument & FD_CLOEXEC);
	case F_GETFL:
		return file->flags;
	case F_SETFL:
		file->flags = (file->flags & ~changeable) | ((uint32_t)argument & changeable);
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- pipes ---- */

int64_t sys_pipe2(uint64_t address, uint64_t flags, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	struct file *ends[2];
	int32_t fds[2];

	if (flags & ~(uint64_t)(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	int64_t error = pipe_new(ends, (uint32_t)flags & O_NONBLOCK);
	if (error != 0)
		return error;
	fds[0] = (int32_t)descriptor_add(ends[0], 0, flags & O_CLOEXEC);
	fds[1] = (int32_t)descriptor_add(ends[1], 0, flags & O_CLOEXEC);
	error = fds[1] < 0 ? fds[1] : space_write(&current->space, address, fds, sizeof(fds));
	if (error == 0)
		return 0;
	for (unsigned i = 0; i < 2; i++)
		if (fds[i] < 0)
			file_put(ends[i]);
		else
			descriptor_close((uint32_t)fds[i]);
	return error;
}

int64_t sys_pipe(uint64_t address, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b);
	return sys_pipe2(address, 0, c, d, e, f);
}

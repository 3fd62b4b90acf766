/* SPDX-License-Identifier: MIT */
/* System calls on descriptors: closing, copying, flags; and pipes. */
#include "kernel/calls/call_definition.h"
#include "kernel/files/descriptors.h"
#include "kernel/files/pipe.h"

enum { F_DUPFD = 0, F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030 };
enum { F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032, FD_CLOEXEC = 1 };

SYSTEM_CALL(sys_close, uint64_t fd)
{
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

SYSTEM_CALL(sys_dup, uint64_t fd)
{
	return duplicate(fd, 0, false);
}

static int64_t duplicate_to(uint64_t fd, uint64_t target, bool close_on_exec)
{
	if (descriptor_file(fd) == NULL || (uint32_t)target >= descriptor_limit())
		return -EBADF;
	descriptor_close(target);
	return duplicate(fd, (uint32_t)target, close_on_exec);
}

SYSTEM_CALL(sys_dup2, uint64_t fd, uint64_t target)
{
	if ((uint32_t)fd == (uint32_t)target)
		return descriptor_file(fd) == NULL ? -EBADF : (int64_t)(uint32_t)fd;
	return duplicate_to(fd, target, false);
}

SYSTEM_CALL(sys_dup3, uint64_t fd, uint64_t target, uint64_t flags)
{
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

/* Requests of ioctl(2) that every file knows. */
SYSTEM_CALL(sys_ioctl, uint64_t fd, uint64_t request, uint64_t argument)
{
	enum { FIONBIO = 0x5421, FIONCLEX = 0x5450, FIOCLEX = 0x5451 };
	struct file *file = descriptor_file(fd);
	int32_t on;

	if (file == NULL)
		return -EBADF;
	switch ((uint32_t)request) {
	case FIOCLEX:
	case FIONCLEX:
		return set_close_on_exec(fd, (uint32_t)request == FIOCLEX);
	case FIONBIO:
		if (space_read(&current->space, &on, argument, sizeof(on)) != 0)
			return -EFAULT;
		file->flags = on != 0 ? file->flags | O_NONBLOCK : file->flags & ~(uint32_t)O_NONBLOCK;
		return 0;
	default:
		return file->operations->control == NULL ? -ENOTTY : file->operations->control(file, request, argument);
	}
}

SYSTEM_CALL(sys_fcntl, uint64_t fd, uint64_t command, uint64_t argument)
{
	const uint32_t changeable = O_APPEND | O_NONBLOCK;
	struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	switch ((uint32_t)command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if ((uint32_t)argument >= descriptor_limit())
			return -EINVAL;
		return duplicate(fd, (uint32_t)argument, (uint32_t)command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return current->descriptors.close_on_exec >> (uint32_t)fd & 1 ? FD_CLOEXEC : 0;
	case F_SETFD:
		return set_close_on_exec(fd, argument & FD_CLOEXEC);
	case F_GETFL:
		return file->flags;
	case F_SETFL:
		file->flags = (file->flags & ~changeable) | ((uint32_t)argument & changeable);
		return 0;
	case F_SETPIPE_SZ:
		return pipe_set_size(file, argument);
	case F_GETPIPE_SZ:
		return pipe_size(file);
	default:
		return -EINVAL;
	}
}

/* ---- pipes ---- */

static int64_t make_pipe(uint64_t address, uint64_t flags)
{
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

SYSTEM_CALL(sys_pipe, uint64_t address)
{
	return make_pipe(address, 0);
}

SYSTEM_CALL(sys_pipe2, uint64_t address, uint64_t flags)
{
	return make_pipe(address, flags);
}

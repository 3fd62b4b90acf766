/* SPDX-License-Identifier: MIT */
/*
 * Pipes: a page of bytes, an end to read and an end to write. A write of at most a page is done in one piece (pipe(7):
 * PIPE_BUF is 4096). A process that finds no bytes or no room waits, unless its end is O_NONBLOCK.
 */
#include "kernel/files/pipe.h"

#include "kernel/files/wait_queue.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/objects.h"
#include "kernel/lib/tree.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/signal.h"

struct pipe {
	char *bytes;	      /* a ring of PIPE_SIZE bytes */
	uint32_t head, count; /* index of the first byte, number of bytes */
	bool has_reader, has_writer;
	struct list readers, writers; /* processes that wait for bytes, or for room */
};

enum { PIPE_SIZE = 4096, PIPE_PERMISSIONS = 0600 };

static struct objects pipe_objects = OBJECTS_INIT(pipe_objects, &pages);

_Static_assert(sizeof(struct pipe) <= OBJECT_SIZE, "a pipe is a small object");
_Static_assert(PIPE_SIZE == PAGE_SIZE, "a pipe's bytes are a page");

/* How many of `wanted` bytes lie in one piece from `offset` on: at most `there`, and only to the end of the ring. */
static uint32_t piece(uint64_t wanted, uint32_t there, uint32_t offset)
{
	uint32_t limit = there < PIPE_SIZE - offset ? there : PIPE_SIZE - offset;

	return wanted < limit ? (uint32_t)wanted : limit;
}

/* Moves bytes from the pipe to user memory. How many, or -errno. */
static int64_t take(struct pipe *pipe, uint64_t address, uint64_t size)
{
	uint64_t done = 0;

	while (done < size && pipe->count > 0) {
		uint32_t part = piece(size - done, pipe->count, pipe->head);
		int error = space_write(&current->space, address + done, pipe->bytes + pipe->head, part);
		if (error != 0)
			return done > 0 ? (int64_t)done : error;
		pipe->head = (pipe->head + part) % PIPE_SIZE;
		pipe->count -= part;
		done += part;
	}
	return (int64_t)done;
}

/* Moves bytes from user memory to the pipe. How many, or -errno. */
static int64_t give(struct pipe *pipe, uint64_t address, uint64_t size)
{
	uint64_t done = 0;

	while (done < size && pipe->count < PIPE_SIZE) {
		uint32_t tail = (pipe->head + pipe->count) % PIPE_SIZE;
		uint32_t part = piece(size - done, PIPE_SIZE - pipe->count, tail);
		int error = space_read(&current->space, pipe->bytes + tail, address + done, part);
		if (error != 0)
			return done > 0 ? (int64_t)done : error;
		pipe->count += part;
		done += part;
	}
	return (int64_t)done;
}

static int64_t read_pipe(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	struct pipe *pipe = file->pipe;

	(void)position;
	while (size > 0 && pipe->count == 0) {
		if (!pipe->has_writer)
			return 0;
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_on(&pipe->readers);
		if (error != 0)
			return error;
	}
	int64_t got = take(pipe, address, size);
	if (got > 0)
		wake_all(&pipe->writers);
	return got;
}

/* Waits until `size` bytes may be written: all of them if they fit, else some. 0 or -errno. */
static int wait_for_room(struct file *file, uint64_t size)
{
	struct pipe *pipe = file->pipe;
	uint32_t needed = size <= PIPE_SIZE ? (uint32_t)size : 1;

	while (pipe->has_reader && PIPE_SIZE - pipe->count < needed) {
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_on(&pipe->writers);
		if (error != 0)
			return error;
	}
	if (pipe->has_reader)
		return 0;
	signal_send(current, SIGPIPE);
	return -EPIPE;
}

static int64_t write_pipe(struct file *file, uint64_t address, uint64_t size)
{
	struct pipe *pipe = file->pipe;
	uint64_t done = 0;

	while (done < size) {
		int error = wait_for_room(file, size);
		if (error != 0)
			return done > 0 ? (int64_t)done : error;
		int64_t given = give(pipe, address + done, size - done);
		if (given < 0)
			return done > 0 ? (int64_t)done : given;
		done += (uint64_t)given;
		wake_all(&pipe->readers);
		if (size <= PIPE_SIZE) /* all is written, or all up to a bad address */
			break;
	}
	return (int64_t)done;
}

static void pipe_status(const struct file *file, struct file_status *status)
{
	*status = (struct file_status){
		.number = physical(file->pipe->bytes) >> PAGE_SHIFT,
		.links = 1,
		.mode = MODE_FIFO | PIPE_PERMISSIONS,
		.block_size = PIPE_SIZE,
	};
}

static int64_t pipe_control(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t count = (int32_t)file->pipe->count;

	if ((uint32_t)request != FIONREAD)
		return -ENOTTY;
	return space_write(&current->space, argument, &count, sizeof(count));
}

static unsigned reader_ready(const struct file *file)
{
	const struct pipe *pipe = file->pipe;

	return (pipe->count > 0 ? READY_READ : 0U) | (pipe->has_writer ? 0U : READY_HANG_UP);
}

/* poll(2): room for PIPE_BUF bytes makes it writable. */
static unsigned writer_ready(const struct file *file)
{
	const struct pipe *pipe = file->pipe;

	return (pipe->count == 0 ? READY_WRITE : 0U) | (pipe->has_reader ? 0U : READY_WRITE | READY_ERROR);
}

static void close_end(struct pipe *pipe)
{
	wake_all(&pipe->readers);
	wake_all(&pipe->writers);
	if (pipe->has_reader || pipe->has_writer)
		return;
	page_put(physical(pipe->bytes));
	objects_put(&pipe_objects, pipe);
}

static void release_reader(struct file *file)
{
	file->pipe->has_reader = false;
	close_end(file->pipe);
}

static void release_writer(struct file *file)
{
	file->pipe->has_writer = false;
	close_end(file->pipe);
}

static const struct file_operations pipe_reader = {
	.read = read_pipe,
	.status = pipe_status,
	.control = pipe_control,
	.ready = reader_ready,
	.release = release_reader,
};

static const struct file_operations pipe_writer = {
	.write = write_pipe,
	.status = pipe_status,
	.control = pipe_control,
	.ready = writer_ready,
	.release = release_writer,
};

static struct pipe *new_pipe(void)
{
	struct pipe *pipe = objects_get(&pipe_objects);
	uint64_t frame = pipe == NULL ? 0 : pages_get(&pages);

	if (frame == 0) {
		if (pipe != NULL)
			objects_put(&pipe_objects, pipe);
		return NULL;
	}
	pipe->bytes = pages_address(&pages, frame);
	list_init(&pipe->readers);
	list_init(&pipe->writers);
	return pipe;
}

int pipe_new(struct file *ends[2], uint32_t flags)
{
	struct pipe *pipe = new_pipe();

	if (pipe == NULL)
		return -ENOMEM;
	ends[0] = file_new(&pipe_reader, NULL, O_READ_ONLY | flags);
	ends[1] = file_new(&pipe_writer, NULL, O_WRITE_ONLY | flags);
	pipe->has_reader = ends[0] != NULL;
	pipe->has_writer = ends[1] != NULL;
	for (unsigned i = 0; i < 2; i++)
		if (ends[i] != NULL)
			ends[i]->pipe = pipe;
	if (pipe->has_reader && pipe->has_writer)
		return 0;
	if (ends[0] == NULL && ends[1] == NULL)
		close_end(pipe);
	for (unsigned i = 0; i < 2; i++)
		if (ends[i] != NULL)
			file_put(ends[i]);
	return -ENOMEM;
}

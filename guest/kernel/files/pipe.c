/* SPDX-License-Identifier: MIT */
/*
 * Pipes: a ring of pages, an end to read and an end to write. A write of at most PIPE_BUF bytes is done in one piece
 * (pipe(7)). A process that finds no bytes or no room waits, unless its end is O_NONBLOCK.
 *
 * A pipe has one page of its own; the other pages of its ring come when bytes are written to them and go with the pipe,
 * or when it is empty and pipes have many. All pipes together may have a part of memory only: beyond it a pipe takes
 * what fits the pages it has.
 */
#include "kernel/files/pipe.h"

#include "kernel/files/transfer.h"
#include "kernel/files/wait_queue.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/tree.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/signal.h"

enum { PIPE_BUF = 4096, SLOTS_DEFAULT = 16, SLOTS_MAX = 256, PIPE_PERMISSIONS = 0600 };

/* Extra pages of all pipes are at most one of so many pages of memory, and none is taken when fewer than that are free.
 */
enum { PIPES_PART = 8, RESERVE_PART = 16 };

/* In a page of its own. */
struct pipe {
	uint64_t head, count; /* place of the first byte in the ring, number of bytes */
	uint32_t slots;	      /* pages of the ring when all are there: a power of two */
	uint32_t present;     /* pages that are there */
	uint64_t number;      /* the inode number that programs see */
	bool has_reader, has_writer;
	struct list readers, writers; /* processes that wait for bytes, or for room */
	char *pages[SLOTS_MAX];	      /* by place in the ring; NULL: not there yet */
};

_Static_assert(sizeof(struct pipe) <= PAGE_SIZE, "a pipe fits its page");
_Static_assert(PIPE_BUF == PAGE_SIZE, "an empty pipe with one page takes PIPE_BUF bytes");

static uint64_t extra_pages; /* pages of all rings, but the first of each */

static uint64_t capacity(const struct pipe *pipe)
{
	return (uint64_t)pipe->slots * PAGE_SIZE;
}

static char **slot_of(struct pipe *pipe, uint64_t place)
{
	return &pipe->pages[place / PAGE_SIZE & (pipe->slots - 1)];
}

/* ---- the pages of the ring ---- */

/* Makes the page of a place in the ring. NULL: no memory for pipes is left. */
static char *make_page(struct pipe *pipe, char **slot)
{
	if (pipe->present > 0 && (extra_pages >= pages.limit / PIPES_PART || pages.free < pages.limit / RESERVE_PART))
		return NULL;
	uint64_t frame = pages_get(&pages);
	if (frame == 0)
		return NULL;
	extra_pages += pipe->present > 0;
	pipe->present++;
	return *slot = pages_address(&pages, frame);
}

/* The page of a place in the ring, which comes now if it is not there. NULL: no memory for pipes is left. */
static ALWAYS_INLINE char *page_at(struct pipe *pipe, uint64_t place)
{
	char **slot = slot_of(pipe, place);

	return *slot != NULL ? *slot : make_page(pipe, slot);
}

static void put_page(struct pipe *pipe, char **slot)
{
	page_put(physical(*slot));
	*slot = NULL;
	pipe->present--;
	extra_pages -= pipe->present > 0;
}

/*
 * Begins an empty ring anew. It keeps its pages for what is written next, unless all pipes together have many: then it
 * keeps one, so that there is always room for PIPE_BUF bytes.
 */
static void begin_anew(struct pipe *pipe)
{
	char *kept = NULL;

	pipe->head = 0;
	if (extra_pages < pages.limit / PIPES_PART / 2 && pipe->pages[0] != NULL)
		return;
	for (char **slot = pipe->pages; kept == NULL || pipe->present > 1; slot++) {
		if (*slot == NULL)
			continue;
		if (kept != NULL) {
			put_page(pipe, slot);
			continue;
		}
		kept = *slot;
		*slot = NULL;
	}
	pipe->pages[0] = kept;
}

/* ---- moving bytes ---- */

/* How many of `wanted` bytes from a place of the ring on are in its page. */
static uint64_t piece(uint64_t wanted, uint64_t place)
{
	uint64_t rest = PAGE_SIZE - place % PAGE_SIZE;

	return wanted < rest ? wanted : rest;
}

/*
 * Moves bytes from the pipe to user memory: as on Linux, all of a page of the ring that are wanted, or none of them if
 * the user's memory ends among them. How many, or -errno.
 */
static int64_t take(struct pipe *pipe, uint64_t address, uint64_t size)
{
	uint64_t done = 0, wanted = size < pipe->count ? size : pipe->count;
	struct transfer transfer = transfer_at(address);

	while (done < wanted) {
		uint64_t place = pipe->head + done, part = piece(wanted - done, place);
		char **slot = slot_of(pipe, place);
		if ((part < PAGE_SIZE || !transfer_exchange(&transfer, slot)) &&
		    transfer_to_user(&transfer, *slot + place % PAGE_SIZE, part) < part)
			break;
		done += part;
	}
	pipe->head = (pipe->head + done) & (capacity(pipe) - 1);
	pipe->count -= done;
	transfer_end(&transfer);
	if (pipe->count == 0)
		begin_anew(pipe);
	return transfer_result(done, transfer.error);
}

/* Moves bytes from user memory to the pipe, in the same way. */
static int64_t give(struct pipe *pipe, uint64_t address, uint64_t size)
{
	uint64_t done = 0, room = capacity(pipe) - pipe->count, wanted = size < room ? size : room;
	uint64_t tail = pipe->head + pipe->count;
	struct transfer transfer = transfer_at(address);

	while (done < wanted) {
		uint64_t place = tail + done, part = piece(wanted - done, place);
		char *page = page_at(pipe, place);
		if (page == NULL || transfer_from_user(&transfer, page + place % PAGE_SIZE, part) < part)
			break;
		done += part;
	}
	pipe->count += done;
	return transfer_result(done, transfer.error);
}

/* Whether `size` bytes, at most PIPE_BUF, can be written: there is room, and the pages for it are or come. */
static bool has_room(struct pipe *pipe, uint64_t size)
{
	uint64_t tail = pipe->head + pipe->count;

	return capacity(pipe) - pipe->count >= size && page_at(pipe, tail) != NULL &&
	       page_at(pipe, tail + size - 1) != NULL;
}

static int64_t read_pipe(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	struct pipe *pipe = file->pipe;

	(void)position;
	if (size == 0)
		return 0;
	while (pipe->count == 0) {
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

/* Waits until `size` bytes may be written: all of them if they are at most PIPE_BUF, else some. 0 or -errno. */
static int wait_for_room(struct file *file, uint64_t size)
{
	struct pipe *pipe = file->pipe;
	uint64_t needed = size <= PIPE_BUF ? size : 1;

	while (pipe->has_reader && !has_room(pipe, needed)) {
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
			return transfer_result(done, error);
		int64_t given = give(pipe, address + done, size - done);
		if (given < 0)
			return transfer_result(done, (int)given);
		done += (uint64_t)given;
		wake_all(&pipe->readers);
		if (size <= PIPE_BUF) /* all is written, or all up to a bad address */
			break;
	}
	return (int64_t)done;
}

/* ---- what a pipe tells of itself ---- */

static void pipe_status(const struct file *file, struct file_status *status)
{
	*status = (struct file_status){
		.number = file->pipe->number,
		.links = 1,
		.mode = MODE_FIFO | PIPE_PERMISSIONS,
		.block_size = PAGE_SIZE,
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
	struct pipe *pipe = file->pipe;

	return (has_room(pipe, PIPE_BUF) ? READY_WRITE : 0U) | (pipe->has_reader ? 0U : READY_WRITE | READY_ERROR);
}

int64_t pipe_size(const struct file *file)
{
	return file->pipe == NULL ? -EBADF : (int64_t)capacity(file->pipe);
}

/* Puts the page that holds the first byte in the first slot, and those behind it in the slots that follow. */
static void turn_ring(struct pipe *pipe)
{
	uint64_t first = pipe->head / PAGE_SIZE;

	for (uint64_t turns = 0; turns < first; turns++) {
		char *front = pipe->pages[0];
		for (uint32_t i = 1; i < pipe->slots; i++)
			pipe->pages[i - 1] = pipe->pages[i];
		pipe->pages[pipe->slots - 1] = front;
	}
	pipe->head %= PAGE_SIZE;
}

/* Gives a turned ring more slots. Bytes before the first one, at the start of its page, go behind the others. */
static bool unwrap(struct pipe *pipe, uint32_t slots)
{
	uint64_t size = capacity(pipe), end = pipe->head + pipe->count;
	const char *first = pipe->pages[0];
	uint32_t before = pipe->slots;

	pipe->slots = slots;
	if (end <= size)
		return true;
	char *page = page_at(pipe, size);
	if (page == NULL) {
		pipe->slots = before;
		return false;
	}
	memcpy(page, first, end - size);
	return true;
}

int64_t pipe_set_size(struct file *file, uint64_t size)
{
	struct pipe *pipe = file->pipe;
	uint32_t slots = 1;

	if (pipe == NULL)
		return -EBADF;
	if ((int32_t)size <= 0)
		return -EINVAL;
	if ((uint32_t)size > SLOTS_MAX * PAGE_SIZE)
		return -EPERM;
	while (slots * PAGE_SIZE < (uint32_t)size)
		slots *= 2;
	turn_ring(pipe);
	if (pipe->count > slots * PAGE_SIZE || (slots < pipe->slots && pipe->head + pipe->count > slots * PAGE_SIZE))
		return -EBUSY;
	if (slots > pipe->slots && !unwrap(pipe, slots))
		return -ENOMEM;
	for (uint32_t i = slots; i < pipe->slots; i++)
		if (pipe->pages[i] != NULL)
			put_page(pipe, &pipe->pages[i]);
	pipe->slots = slots;
	wake_all(&pipe->writers);
	return (int64_t)capacity(pipe);
}

/* ---- beginning and end ---- */

static void close_end(struct pipe *pipe)
{
	wake_all(&pipe->readers);
	wake_all(&pipe->writers);
	if (pipe->has_reader || pipe->has_writer)
		return;
	for (uint32_t i = 0; i < pipe->slots && pipe->present > 0; i++)
		if (pipe->pages[i] != NULL)
			put_page(pipe, &pipe->pages[i]);
	page_put(physical(pipe));
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
	static uint64_t last_number;
	uint64_t address = page_zeroed();

	if (address == 0)
		return NULL;
	struct pipe *pipe = direct(address);
	pipe->slots = SLOTS_DEFAULT;
	if (page_at(pipe, 0) == NULL) {
		page_put(address);
		return NULL;
	}
	pipe->number = ++last_number;
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

/* SPDX-License-Identifier: MIT */
/*
 * Writes trace files: the header by pwrite(2), records through a shared mapping of one chunk at a time. The pages of a
 * shared mapping belong to the kernel's page cache, so records survive when the VMM is killed. Disk space for a chunk
 * is reserved before it is mapped, so that a full disk is an error and not a SIGBUS. A SIGBUS comes when somebody
 * truncates the file, or when its disk fails: then the chunk becomes ordinary memory, and the run goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_status.h"
#include "record/trace_format.h"
#include "record/trace_writer.h"

/* Records in a chunk. Each chunk is twice as large as the one before; the first is small to keep start-up fast. */
enum { CHUNK_RECORDS_FIRST = 1024, CHUNK_RECORDS_MAX = 32768 };
enum { FIRST_CHUNK = CHUNK_RECORDS_FIRST * sizeof(union record) }; /* bytes */

/* The fewest records that are whole pages: chunks, and what is dropped of them, are multiples of this. */
enum { UNIT_RECORDS = 256, UNIT_SIZE = UNIT_RECORDS * sizeof(union record) };
_Static_assert(UNIT_SIZE % FILE_ALIGNMENT == 0, "a unit is whole pages");

/* With FILE_KEEPS_LAST a chunk is at most this part of the records, so that at least the rest is kept. */
enum { CHUNK_PART = 4 };

/* Bytes that are moved at once when a file with a hole is closed. */
enum { MOVE_SIZE = 1 << 16 };

_Static_assert(FIRST_CHUNK % FILE_ALIGNMENT == 0, "chunks are whole pages");

static int write_all(int fd, const void *buffer, size_t size, uint64_t offset)
{
	const char *bytes = buffer;

	while (size > 0) {
		ssize_t written = pwrite(fd, bytes, size, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? errno : ENOSPC;
		bytes += written;
		offset += (uint64_t)written;
		size -= (size_t)written;
	}
	return 0;
}

/* Replaces fallocate() on file systems without it: zeros written now occupy the blocks that records will overwrite. */
static int write_zeros(int fd, uint64_t offset, uint64_t length)
{
	static const char zeros[FILE_ALIGNMENT];
	int failure = 0;

	for (uint64_t done = 0; done < length && failure == 0; done += sizeof(zeros))
		failure = write_all(fd, zeros, sizeof(zeros), offset + done);
	return failure;
}

/* Whether a file of this process may not be `size` bytes long (ulimit -f). */
static bool is_too_long(uint64_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur;
}

/* Reserves disk space for the bytes [offset, offset + length) of the file. Returns 0 or an errno. */
static int reserve(int fd, uint64_t offset, uint64_t length)
{
	int result;

	/* Checked first, because exceeding the limit raises SIGXFSZ, which would kill the VMM. */
	if (is_too_long(offset + length))
		return EFBIG;
	do
		result = fallocate(fd, 0, (off_t)offset, (off_t)length);
	while (result < 0 && errno == EINTR);
	if (result == 0)
		return 0;
	return errno == EOPNOTSUPP || errno == ENOSYS ? write_zeros(fd, offset, length) : errno;
}

static void unmap_chunk(struct trace_writer *writer)
{
	if (writer->chunk != NULL)
		munmap(writer->chunk, (size_t)((char *)writer->limit - (char *)writer->chunk));
}

static uint64_t bytes_in_chunk(const struct trace_writer *writer)
{
	return (uint64_t)((char *)writer->next - (char *)writer->chunk);
}

static uint64_t whole_units(uint64_t bytes)
{
	return bytes / UNIT_SIZE * UNIT_SIZE;
}

/* The size of the next chunk, at `offset`: each is twice as large as the one before. 0 = the limit is reached. */
static uint64_t chunk_size(const struct trace_writer *writer, uint64_t offset)
{
	const uint64_t before = (uint64_t)((char *)writer->limit - (char *)writer->chunk);
	uint64_t size = before == 0 ? FIRST_CHUNK : before * 2;
	uint64_t most = CHUNK_RECORDS_MAX * sizeof(union record);

	if (writer->flags & FILE_KEEPS_LAST)
		most = whole_units((writer->size_max - writer->header_size) / CHUNK_PART);
	else if (offset + most > writer->size_max)
		most = whole_units(writer->size_max - offset);
	size = size < most ? size : most;
	return size < CHUNK_RECORDS_MAX * sizeof(union record) ? size : CHUNK_RECORDS_MAX * sizeof(union record);
}

static int punch(int fd, uint64_t offset, uint64_t length)
{
	int result;

	do
		result = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length);
	while (result < 0 && errno == EINTR);
	return result < 0 ? errno : 0;
}

/* With FILE_KEEPS_LAST: drops as many of the oldest records as must go when the file ends at `end`. */
static int drop_oldest(struct trace_writer *writer, uint64_t end)
{
	const uint64_t room = writer->size_max - writer->header_size;

	if (!(writer->flags & FILE_KEEPS_LAST) || end - writer->first <= room)
		return 0;
	const uint64_t dropped = whole_units(end - writer->first - room + UNIT_SIZE - 1);
	const int failure = punch(writer->fd, writer->first, dropped);
	if (failure != 0)
		return failure;
	writer->first += dropped;
	writer->lost += dropped / sizeof(union record);
	return write_all(writer->fd, &writer->lost, sizeof(writer->lost), offsetof(struct file_header, lost));
}

/* Whether the file has been made shorter than its chunk, or a page of it could not be had. */
static bool is_cut(const struct trace_writer *writer)
{
	struct stat status;
	const uint64_t end = writer->offset + (uint64_t)((char *)writer->limit - (char *)writer->chunk);

	return writer->cut || (file_status(writer->fd, &status) == 0 && (uint64_t)status.st_size < end);
}

bool trace_writer_take_fault(struct trace_writer *writer, const void *address)
{
	const char *chunk = (const char *)writer->chunk, *at = address;
	const int before = errno;

	if (chunk == NULL || at < chunk || at >= (const char *)writer->limit)
		return false;
	const bool is_replaced =
		mmap(writer->chunk, (size_t)((const char *)writer->limit - chunk), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
	errno = before;
	if (!is_replaced)
		return false;
	writer->fault = writer->offset + (uint64_t)(at - chunk) / FILE_ALIGNMENT * FILE_ALIGNMENT;
	writer->cut = true;
	return true;
}

bool trace_writer_grow(struct trace_writer *writer)
{
	if (writer->failure != 0)
		return false;
	writer->cut = is_cut(writer);
	if (writer->cut) {
		writer->failure = EIO;
		return false;
	}

	const uint64_t offset = writer->offset + bytes_in_chunk(writer);
	const uint64_t length = chunk_size(writer, offset);

	writer->failure = length == 0 ? EFBIG : drop_oldest(writer, offset + length);
	if (writer->failure == 0)
		writer->failure = reserve(writer->fd, offset, length);
	if (writer->failure != 0)
		return false;
	void *chunk = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, writer->fd, (off_t)offset);
	if (chunk == MAP_FAILED) {
		writer->failure = errno;
		return false;
	}
	unmap_chunk(writer);
	writer->chunk = chunk;
	writer->next = chunk;
	writer->limit = writer->next + length / sizeof(union record);
	writer->offset = offset;
	return true;
}

/*
 * Builds the header, `*size` bytes. The caller must free() it. NULL: too little memory, or more than FILE_HEADER_MAX.
 */
static char *build_header(const struct trace_clock *clock, const char *environment, const struct symbols *symbols,
			  size_t *size)
{
	struct file_header header = {
		.version = FILE_VERSION,
		.record_size = sizeof(union record),
		.clock = *clock,
		.host = {.run_ns = FILE_NS_UNKNOWN, .wait_ns = FILE_NS_UNKNOWN},
	};

	memcpy(header.magic, FILE_MAGIC, sizeof(header.magic));
	header.clock.tsc_end = 0;
	/* Before the environment, whose length may be odd and would leave the symbols unaligned. */
	header.symbols.offset = sizeof(header);
	header.symbols.length = symbols_section_size(symbols);
	header.environment.offset = header.symbols.offset + header.symbols.length;
	header.environment.length = strlen(environment) + 1;
	*size = header.environment.offset + header.environment.length;
	*size = (*size + FILE_ALIGNMENT - 1) / FILE_ALIGNMENT * FILE_ALIGNMENT;
	header.header_size = (uint32_t)*size;

	char *buffer = *size <= FILE_HEADER_MAX ? calloc(1, *size) : NULL;
	if (buffer == NULL)
		return NULL;
	memcpy(buffer, &header, sizeof(header));
	symbols_section_write(symbols, buffer + header.symbols.offset);
	memcpy(buffer + header.environment.offset, environment, header.environment.length);
	return buffer;
}

/* Opens `path`, or creates it; an existing file keeps its contents. *created tells whether this call created it. */
static int open_file(const char *path, bool *created)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags | O_EXCL, 0666);

	*created = fd >= 0;
	return fd >= 0 || errno != EEXIST ? fd : open(path, flags, 0666);
}

static int refuse(const struct trace_writer *writer, int failure, struct error *error)
{
	return error_set(error, "cannot record to %s: %s", writer->path, strerror(failure));
}

/* Checks that the file is a regular file into which no other VMM is recording. */
static int claim_file(const struct trace_writer *writer, struct error *error)
{
	struct stat status;

	if (file_status(writer->fd, &status) < 0)
		return refuse(writer, errno, error);
	if (!S_ISREG(status.st_mode))
		return error_set(error, "cannot record to %s: not a regular file; give --trace=FILE the name of one",
				 writer->path);
	if (flock(writer->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return error_set(error, "cannot record to %s: another vmm is recording to it; choose another file",
				 writer->path);
	return 0;
}

void trace_writer_discard(struct trace_writer *writer)
{
	unmap_chunk(writer);
	writer->chunk = writer->next = writer->limit = NULL;
	free(writer->header);
	writer->header = NULL;
	close(writer->fd);
	if (writer->created)
		unlink(writer->path);
}

static int write_flags(const struct trace_writer *writer)
{
	return write_all(writer->fd, &writer->flags, sizeof(writer->flags), offsetof(struct file_header, flags));
}

int trace_writer_prepare(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
			 const char *environment, const struct symbols *symbols, struct error *error)
{
	size_t size = 0;

	*writer = (struct trace_writer){.path = path, .size_max = INT64_MAX, .fault = UINT64_MAX};
	writer->host = (struct file_host){.run_ns = FILE_NS_UNKNOWN, .wait_ns = FILE_NS_UNKNOWN};
	writer->fd = open_file(path, &writer->created);
	if (writer->fd < 0)
		return refuse(writer, errno, error);
	int result = claim_file(writer, error);
	if (result == 0) {
		writer->header = build_header(clock, environment != NULL ? environment : "", symbols, &size);
		/* Checked before an older trace is gone. */
		if (size > FILE_HEADER_MAX || is_too_long(size + FIRST_CHUNK))
			result = refuse(writer, EFBIG, error);
		else if (writer->header == NULL)
			result = refuse(writer, ENOMEM, error);
	}
	writer->offset = writer->first = writer->header_size = size;
	if (result != 0)
		trace_writer_discard(writer);
	return result;
}

void trace_writer_add_counters(struct trace_writer *writer, const struct file_counter *counters, size_t count)
{
	const uint64_t before = writer->header_size, length = count * sizeof(*counters);
	const uint64_t size = (before + length + FILE_ALIGNMENT - 1) / FILE_ALIGNMENT * FILE_ALIGNMENT;
	struct file_header header;

	if (writer->header == NULL || count == 0 || size > FILE_HEADER_MAX || is_too_long(size + FIRST_CHUNK))
		return;
	char *buffer = realloc(writer->header, size);
	if (buffer == NULL)
		return;
	memset(buffer + before, 0, size - before);
	memcpy(buffer + before, counters, length);
	memcpy(&header, buffer, sizeof(header));
	header.counters = (struct file_section){before, length};
	header.header_size = (uint32_t)size;
	memcpy(buffer, &header, sizeof(header));
	writer->header = buffer;
	writer->counters = before;
	writer->offset = writer->first = writer->header_size = size;
}

void trace_writer_end_counters(struct trace_writer *writer, const struct file_counter *counters, size_t count)
{
	writer->end_counters = counters;
	writer->end_counters_size = writer->counters != 0 ? count * sizeof(*counters) : 0;
}

int trace_writer_start(struct trace_writer *writer, struct error *error)
{
	if (writer->header == NULL)
		return 0;
	int failure = ftruncate(writer->fd, 0) < 0 ? errno : 0;
	if (failure == 0)
		failure = write_all(writer->fd, writer->header, writer->header_size, 0);
	if (failure == 0 && writer->flags != 0)
		failure = write_flags(writer);
	free(writer->header);
	writer->header = NULL;
	if (failure == 0 && !trace_writer_grow(writer))
		failure = writer->failure;
	return failure == 0 ? 0 : refuse(writer, failure, error);
}

int trace_writer_open(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
		      const char *environment, const struct symbols *symbols, struct error *error)
{
	if (trace_writer_prepare(writer, path, clock, environment, symbols, error) < 0)
		return -1;
	if (trace_writer_start(writer, error) == 0)
		return 0;
	trace_writer_discard(writer);
	return -1;
}

/* Whether the file system can make holes: tried behind the end of the file, where there is nothing to lose. */
static int try_hole(int fd)
{
	struct stat status;

	if (file_status(fd, &status) < 0)
		return errno;
	return punch(fd, ((uint64_t)status.st_size / FILE_ALIGNMENT + 1) * FILE_ALIGNMENT, FILE_ALIGNMENT);
}

int trace_writer_limit(struct trace_writer *writer, uint64_t size_max, bool keeps_last, struct error *error)
{
	const uint64_t least = writer->header_size + FIRST_CHUNK;
	int failure = 0;

	writer->size_max = size_max;
	writer->flags |= FILE_LIMITED | (keeps_last ? FILE_KEEPS_LAST : 0);
	if (size_max < least)
		error_set(error,
			  "cannot record to %s: --trace-limit %" PRIu64 " is less than its header and %d records: "
			  "%" PRIu64 " bytes",
			  writer->path, size_max, CHUNK_RECORDS_FIRST, least);
	else if (keeps_last && (failure = try_hole(writer->fd)) != 0)
		error_set(error, "cannot record to %s: %s: --trace-limit=SIZE,last needs a file system with holes",
			  writer->path, strerror(failure));
	if (size_max >= least && failure == 0)
		return 0;
	trace_writer_discard(writer);
	return -1;
}

/*
 * Moves the bytes [from, end) of the file down to `to`. The hole in front of them moves up: what has been moved is
 * dropped at its old place at once, so that a reader of a file whose VMM was killed meanwhile finds no record twice; it
 * ends where the hole is. Returns 0 or an errno.
 */
static int move_down(int fd, uint64_t from, uint64_t end, uint64_t to)
{
	static char buffer[MOVE_SIZE];
	const uint64_t most = whole_units(from - to < sizeof(buffer) ? from - to : sizeof(buffer)); /* whole records */
	int failure = 0;

	while (from < end && failure == 0) {
		const size_t size = (size_t)(end - from < most ? end - from : most);
		const ssize_t got = pread(fd, buffer, size, (off_t)from);
		if (got <= 0)
			return got < 0 ? errno : EIO;
		failure = write_all(fd, buffer, (size_t)got, to);
		if (failure == 0)
			failure = punch(fd, from, (uint64_t)got);
		from += (uint64_t)got;
		to += (uint64_t)got;
	}
	return failure;
}

/* Closes the hole in front of the records: file systems with extents can do so at once. Sets *end to the new end. */
static int close_hole(struct trace_writer *writer, uint64_t *end)
{
	const uint64_t hole = writer->first - writer->header_size;

	if (hole == 0)
		return 0;
	if (fallocate(writer->fd, FALLOC_FL_COLLAPSE_RANGE, (off_t)writer->header_size, (off_t)hole) < 0) {
		const int failure = move_down(writer->fd, writer->first, *end, writer->header_size);
		if (failure != 0)
			return failure;
	}
	*end -= hole;
	return 0;
}

/*
 * Where the records end in a file that was cut; those behind are counted in writer->lost. Below writer->first when no
 * record is left.
 */
static uint64_t end_of_cut(struct trace_writer *writer, uint64_t end)
{
	struct stat status;
	uint64_t kept = writer->fault < end ? writer->fault : end;

	if (file_status(writer->fd, &status) == 0 && (uint64_t)status.st_size < kept)
		kept = (uint64_t)status.st_size;
	const uint64_t records = kept > writer->first ? (kept - writer->first) / sizeof(union record) : 0;
	writer->lost += (end - writer->first) / sizeof(union record) - records;
	return kept < writer->header_size ? kept : writer->first + records * sizeof(union record);
}

/*
 * Cuts the file to its exact length and writes the flags, `lost` and tsc_end into the header. Returns 0 or an errno.
 */
static int finish(struct trace_writer *writer, uint64_t tsc_end)
{
	uint64_t end = writer->offset + bytes_in_chunk(writer);

	writer->cut = is_cut(writer);
	if (writer->cut)
		end = end_of_cut(writer, end);
	if (end < writer->header_size)
		return EIO; /* there is no header any more to complete */
	int failure = close_hole(writer, &end);

	if (failure == 0)
		failure = ftruncate(writer->fd, (off_t)end) < 0 ? errno : 0;
	if (failure == 0)
		failure = write_flags(writer);
	if (failure == 0)
		failure = write_all(writer->fd, writer->end_counters, writer->end_counters_size, writer->counters);
	if (failure == 0)
		failure =
			write_all(writer->fd, &writer->host, sizeof(writer->host), offsetof(struct file_header, host));
	if (failure == 0)
		failure =
			write_all(writer->fd, &writer->lost, sizeof(writer->lost), offsetof(struct file_header, lost));
	if (failure == 0)
		failure = write_all(writer->fd, &tsc_end, sizeof(tsc_end), offsetof(struct file_header, clock.tsc_end));
	return failure;
}

int trace_writer_close(struct trace_writer *writer, uint64_t tsc_end, struct error *error)
{
	int failure = finish(writer, tsc_end);
	const bool is_dropped = writer->flags & FILE_KEEPS_LAST && writer->failure == 0 && !writer->cut;

	unmap_chunk(writer);
	if (close(writer->fd) < 0 && failure == 0)
		failure = errno;
	if (writer->cut)
		return error_set(error,
				 "%s: cut short, or its disk failed, while it was recorded: %" PRIu64
				 " records are not in the trace",
				 writer->path, writer->lost);
	if (writer->lost > 0 && writer->flags & FILE_LIMITED && !is_dropped && writer->failure == EFBIG)
		return error_set(error,
				 "%s: --trace-limit is reached: %" PRIu64 " records after it are not in the trace",
				 writer->path, writer->lost);
	if (writer->lost > 0 && !is_dropped)
		return error_set(error, "%s: %s: %" PRIu64 " records could not be written; the trace ends before them",
				 writer->path, strerror(writer->failure), writer->lost);
	if (failure != 0)
		return error_set(error, "%s: %s: the trace was not closed properly", writer->path, strerror(failure));
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Writes trace files: the header by pwrite(2), records through a shared mapping of one chunk at a time. The pages of a
 * shared mapping belong to the kernel's page cache, so records survive when the VMM is killed. Disk space for a chunk
 * is reserved before it is mapped, so that a full disk is an error and not a SIGBUS.
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

#include "record/trace_format.h"
#include "record/trace_writer.h"

/* Records in a chunk. Each chunk is twice as large as the one before; the first is small to keep start-up fast. */
enum { CHUNK_RECORDS_FIRST = 1024, CHUNK_RECORDS_MAX = 32768 };
_Static_assert(CHUNK_RECORDS_FIRST * sizeof(union record) % FILE_ALIGNMENT == 0, "chunks are whole pages");

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

/* Reserves disk space for the bytes [offset, offset + length) of the file. Returns 0 or an errno. */
static int reserve(int fd, uint64_t offset, uint64_t length)
{
	struct rlimit limit;
	int result;

	/* Checked first, because exceeding the limit raises SIGXFSZ, which would kill the VMM. */
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && offset + length > limit.rlim_cur)
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

bool trace_writer_grow(struct trace_writer *writer)
{
	if (writer->failure != 0)
		return false;

	uint64_t records = writer->chunk != NULL ? (uint64_t)(writer->limit - writer->chunk) * 2 : CHUNK_RECORDS_FIRST;
	if (records > CHUNK_RECORDS_MAX)
		records = CHUNK_RECORDS_MAX;
	uint64_t offset = writer->offset + bytes_in_chunk(writer);
	uint64_t length = records * sizeof(union record);

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
	writer->limit = writer->next + records;
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

static int write_header(struct trace_writer *writer, const struct trace_clock *clock, const char *environment,
			const struct symbols *symbols)
{
	size_t size;
	char *header = build_header(clock, environment, symbols, &size);

	if (header == NULL)
		return size > FILE_HEADER_MAX ? EFBIG : ENOMEM;
	writer->offset = size;
	int failure = reserve(writer->fd, 0, size);
	if (failure == 0)
		failure = write_all(writer->fd, header, size, 0);
	free(header);
	return failure;
}

/* Opens `path`, or creates it; an existing file keeps its contents. *created tells whether this call created it. */
static int open_file(const char *path, bool *created)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags | O_EXCL, 0666);

	*created = fd >= 0;
	return fd >= 0 || errno != EEXIST ? fd : open(path, flags, 0666);
}

/* Empties the file, after checking that it is a regular file into which no other VMM is recording. */
static int claim_file(int fd, const char *path, struct error *error)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(error, "cannot record to %s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_set(error, "cannot record to %s: not a regular file; give --trace=FILE the name of one",
				 path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return error_set(error, "cannot record to %s: another vmm is recording to it; choose another file",
				 path);
	if (ftruncate(fd, 0) < 0)
		return error_set(error, "cannot record to %s: %s", path, strerror(errno));
	return 0;
}

int trace_writer_open(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
		      const char *environment, const struct symbols *symbols, struct error *error)
{
	bool created;

	*writer = (struct trace_writer){.path = path, .fd = open_file(path, &created)};
	if (writer->fd < 0)
		return error_set(error, "cannot record to %s: %s", path, strerror(errno));

	int result = claim_file(writer->fd, path, error);
	if (result == 0) {
		int failure = write_header(writer, clock, environment != NULL ? environment : "", symbols);
		if (failure != 0 || !trace_writer_grow(writer))
			result = error_set(error, "cannot record to %s: %s", path,
					   strerror(failure != 0 ? failure : writer->failure));
	}
	if (result != 0) {
		close(writer->fd);
		if (created)
			unlink(path);
	}
	return result;
}

/* Cuts the file to its exact length and writes tsc_end and `lost` into the header. Returns 0 or an errno. */
static int finish(struct trace_writer *writer, uint64_t tsc_end)
{
	uint64_t end = writer->offset + bytes_in_chunk(writer);
	int failure = ftruncate(writer->fd, (off_t)end) < 0 ? errno : 0;

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

	unmap_chunk(writer);
	if (close(writer->fd) < 0 && failure == 0)
		failure = errno;
	if (writer->lost > 0)
		return error_set(error, "%s: %s: %" PRIu64 " records could not be written; the trace ends before them",
				 writer->path, strerror(writer->failure), writer->lost);
	if (failure != 0)
		return error_set(error, "%s: %s: the trace was not closed properly", writer->path, strerror(failure));
	return 0;
}

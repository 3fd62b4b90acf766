/* SPDX-License-Identifier: MIT */
/* Reads trace files: the header once, records through a fixed buffer. Nothing in the file is believed. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file_kind.h"
#include "record/trace_format.h"
#include "tools/trace/read/stream.h"
#include "tools/trace/read/trace_reader.h"

#define HOW_TO_RECORD "; vmm --trace=run.trace IMAGE records one"

enum { BUFFER_RECORDS = 4096 };

struct trace_reader {
	const char *path;
	struct stream *stream;
	struct file_header header;
	char *sections; /* the header behind its fixed part */
	struct symbols *symbols;
	const union record *next, *limit; /* the records of the buffer that have not been delivered */
	uint64_t taken;			  /* records delivered */
	bool torn, ended;
	bool final; /* the recording is over */
	union record buffer[BUFFER_RECORDS];
};

static int check_fields(const struct trace_reader *reader, struct error *error)
{
	const struct file_header *header = &reader->header;

	if (header->version > FILE_VERSION)
		return error_set(error, "%s: made by a newer ringside: version %" PRIu32 ", this one reads %d",
				 reader->path, header->version, FILE_VERSION);
	if (header->version != FILE_VERSION)
		return error_set(
			error, "%s: made by an older ringside: version %" PRIu32 ", this one reads %d; record it again",
			reader->path, header->version, FILE_VERSION);
	if (header->record_size != sizeof(union record))
		return error_set(error, "%s: damaged: records of %" PRIu32 " bytes, not %zu", reader->path,
				 header->record_size, sizeof(union record));
	if (header->header_size < sizeof(*header) || header->header_size > FILE_HEADER_MAX)
		return error_set(error, "%s: damaged: a header of %" PRIu32 " bytes", reader->path,
				 header->header_size);
	if (header->clock.tsc_khz == 0)
		return error_set(error, "%s: damaged: a clock of 0 kHz", reader->path);
	return 0;
}

/* Reads the fixed part of the header: enough to know how much more there is. */
static int read_fields(struct trace_reader *reader, struct error *error)
{
	struct file_header *header = &reader->header;
	ssize_t got = stream_read(reader->stream, header, sizeof(*header), error);

	if (got < 0)
		return -1;
	if (got == 0 && !stream_is_torn(reader->stream))
		return error_set(error, "%s: empty, not a ringside trace" HOW_TO_RECORD, reader->path);
	size_t magic = (size_t)got < sizeof(header->magic) ? (size_t)got : sizeof(header->magic);
	if (memcmp(header->magic, FILE_MAGIC, magic) != 0)
		return error_set(error, "%s: not a ringside trace: it is %s%s" HOW_TO_RECORD, reader->path,
				 file_kind(header, (size_t)got),
				 stream_is_compressed(reader->stream) ? ", compressed by zstd" : "");
	if ((size_t)got < sizeof(*header))
		return error_set(error, "%s: cut short: ends inside the header", reader->path);
	return check_fields(reader, error);
}

/* The bytes of a section, or NULL when they are not all in the header behind its fixed part. */
static const char *section(const struct trace_reader *reader, const struct file_section *where)
{
	uint64_t start = sizeof(reader->header), end = reader->header.header_size;

	if (where->offset < start || where->offset > end || where->length > end - where->offset)
		return NULL;
	return reader->sections + (where->offset - start);
}

static int read_sections(struct trace_reader *reader, struct error *error)
{
	const struct file_header *header = &reader->header;
	size_t size = header->header_size - sizeof(*header);

	reader->sections = malloc(size + 1);
	reader->symbols = symbols_new();
	if (reader->sections == NULL || reader->symbols == NULL)
		return error_set(error, "%s: no memory for its header", reader->path);
	ssize_t got = stream_read(reader->stream, reader->sections, size, error);
	if (got < 0)
		return -1;
	if ((size_t)got < size)
		return error_set(error, "%s: cut short: ends inside the header", reader->path);

	const char *environment = section(reader, &header->environment);
	uint64_t length = header->environment.length;
	if (environment == NULL || length == 0 || environment[length - 1] != '\0')
		return error_set(error, "%s: damaged: its environment section makes no sense", reader->path);
	const char *symbols = section(reader, &header->symbols);
	if (symbols == NULL || symbols_section_read(reader->symbols, symbols, header->symbols.length) < 0)
		return error_set(error, "%s: damaged: its symbol section makes no sense", reader->path);
	return 0;
}

struct trace_reader *trace_reader_open(const char *path, struct error *error)
{
	struct trace_reader *reader = malloc(sizeof(*reader));

	if (reader == NULL) {
		error_set(error, "no memory to read %s", path);
		return NULL;
	}
	/* The array at the end is not touched, so that it takes no memory until it is used. */
	memset(reader, 0, offsetof(struct trace_reader, buffer));
	reader->path = path;
	reader->next = reader->limit = reader->buffer;
	reader->stream = stream_open(path, error);
	if (reader->stream != NULL && read_fields(reader, error) == 0 && read_sections(reader, error) == 0)
		return reader;
	trace_reader_close(reader);
	return NULL;
}

void trace_reader_close(struct trace_reader *reader)
{
	if (reader == NULL)
		return;
	stream_close(reader->stream);
	symbols_free(reader->symbols);
	free(reader->sections);
	free(reader);
}

const struct trace_clock *trace_reader_clock(const struct trace_reader *reader)
{
	return &reader->header.clock;
}

const struct symbols *trace_reader_symbols(const struct trace_reader *reader)
{
	return reader->symbols;
}

const char *trace_reader_environment(const struct trace_reader *reader)
{
	return section(reader, &reader->header.environment);
}

/* Fills the buffer. Returns 1 when there is a whole record in it, 0 when there is none, -1 on an error. */
static int refill(struct trace_reader *reader, struct error *error)
{
	bool over = reader->torn && !stream_is_compressed(reader->stream);
	ssize_t got = over ? 0 : stream_read(reader->stream, reader->buffer, sizeof(reader->buffer), error);

	if (got < 0)
		return -1;
	reader->torn = reader->torn || (size_t)got % sizeof(union record) != 0;
	reader->next = reader->buffer;
	reader->limit = reader->buffer + (size_t)got / sizeof(union record);
	return reader->next < reader->limit;
}

static bool kind_is_known(uint8_t kind)
{
	return kind < RECORD_EVENT ? kind < RINGSIDE_EXIT_LIMIT : kind - RECORD_EVENT < RINGSIDE_EVENT_COUNT;
}

static int refuse_record(const struct trace_reader *reader, struct error *error)
{
	return error_set(error,
			 "%s: damaged, or made by a newer ringside: record %" PRIu64 " is of unknown kind %u; "
			 "what is before it has been read",
			 reader->path, reader->taken, reader->next->exit.kind);
}

int trace_reader_next(struct trace_reader *reader, union record *record, struct error *error)
{
	if (reader->next == reader->limit && !reader->ended) {
		int filled = refill(reader, error);
		if (filled < 0)
			return -1;
		reader->ended = filled == 0;
	}
	if (reader->ended)
		return 0;
	if (reader->next->exit.tsc == 0) {
		/*
		 * A record with a tsc of 0 marks the end; behind it there is space reserved for records that never
		 * came.
		 */
		reader->torn = false;
		reader->ended = true;
		return 0;
	}
	if (!kind_is_known(reader->next->exit.kind))
		return refuse_record(reader, error);
	*record = *reader->next++;
	reader->taken++;
	return 1;
}

/* The writer holds a lock on the file until it has closed it or died. */
static bool is_being_recorded(const struct trace_reader *reader)
{
	int fd = stream_file(reader->stream);

	if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
		flock(fd, LOCK_UN);
		return false;
	}
	return errno == EWOULDBLOCK;
}

/* Reads again what the writer changes in the header when it closes the file. */
static void read_ending(struct trace_reader *reader)
{
	struct file_header header;

	if (pread(stream_file(reader->stream), &header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return;
	reader->header.clock.tsc_end = header.clock.tsc_end;
	reader->header.lost = header.lost;
}

bool trace_reader_resume(struct trace_reader *reader)
{
	uint64_t offset = reader->header.header_size + reader->taken * sizeof(union record);

	if (reader->final || stream_is_compressed(reader->stream))
		return false;
	reader->final = !is_being_recorded(reader);
	read_ending(reader);
	if (!stream_seek(reader->stream, (off_t)offset))
		return false;
	reader->next = reader->limit = reader->buffer;
	reader->torn = reader->ended = false;
	return true;
}

const char *trace_reader_note(const struct trace_reader *reader)
{
	if (stream_is_torn(reader->stream))
		return "ends in the middle of a compressed frame";
	if (reader->torn)
		return "ends in the middle of a record";
	if (reader->header.clock.tsc_end == 0)
		return "was not closed: it is still being recorded, or the VMM was killed";
	if (reader->header.lost > 0)
		return "is not complete: there was no space for the records after these";
	return NULL;
}

double trace_reader_progress(const struct trace_reader *reader)
{
	return stream_progress(reader->stream);
}

size_t trace_reader_header_size(const struct trace_reader *reader)
{
	return reader->header.header_size;
}

bool trace_reader_is_compressed(const struct trace_reader *reader)
{
	return stream_is_compressed(reader->stream);
}

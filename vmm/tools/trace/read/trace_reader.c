/* SPDX-License-Identifier: MIT */
/* Reads trace files: the header once, records through a fixed buffer. Nothing in the file is believed. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file_kind.h"
#include "record/trace_format.h"
#include "text/names.h"
#include "tools/trace/read/stream.h"
#include "tools/trace/read/trace_reader.h"

#define HOW_TO_RECORD "; vmm --trace=run.trace IMAGE records one"

enum { BUFFER_RECORDS = 1024, NOTE_SIZE = 1024, CREATED_BITS = 1 << 16 };

struct trace_reader {
	const char *path;
	struct stream *stream;
	struct file_header header;
	char *sections; /* the header behind its fixed part */
	struct symbols *symbols;
	struct file_counter *counters; /* of KVM; NULL = none */
	size_t counter_count;
	const union record *next, *limit;	    /* the records of the buffer that have not been delivered */
	uint64_t taken;				    /* records delivered */
	uint64_t faults[RINGSIDE_RING_FAULT_COUNT]; /* events of the guest that these say something of */
	uint64_t strangers;			    /* events of the guest about processes that none has created */
	uint64_t created[CREATED_BITS / 64];	    /* a bit for each pid modulo CREATED_BITS that has been created */
	bool creates;				    /* the guest tells of the creation of processes */
	uint64_t skipped; /* with `has_hole`: records of the hole before the first delivered one */
	bool has_hole;	  /* the file keeps the last records and was not closed when it was opened (trace_writer.h) */
	bool torn, ended;
	bool final; /* the recording is over */
	char *note;
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

/* Copies the counters, which may be at any offset. */
static int read_counters(struct trace_reader *reader, struct error *error)
{
	const struct file_section *where = &reader->header.counters;
	const char *counters = section(reader, where);

	if (where->length == 0)
		return 0;
	if (counters == NULL || where->length % sizeof(*reader->counters) != 0)
		return error_set(error, "%s: damaged: its section of counters makes no sense", reader->path);
	reader->counters = malloc(where->length);
	if (reader->counters == NULL)
		return error_set(error, "%s: no memory for its header", reader->path);
	memcpy(reader->counters, counters, where->length);
	reader->counter_count = where->length / sizeof(*reader->counters);
	return 0;
}

static int read_sections(struct trace_reader *reader, struct error *error)
{
	const struct file_header *header = &reader->header;
	size_t size = header->header_size - sizeof(*header);

	reader->sections = malloc(size + 1);
	reader->symbols = symbols_new();
	reader->note = malloc(NOTE_SIZE);
	if (reader->sections == NULL || reader->symbols == NULL || reader->note == NULL)
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
	return read_counters(reader, error);
}

/*
 * The offset of the first record that has not been delivered. If the file had a hole and has been closed since, the
 * records are now nearer to the front by as many as were dropped.
 */
static uint64_t position(const struct trace_reader *reader)
{
	const uint64_t gone = reader->has_hole && reader->header.clock.tsc_end != 0 ? reader->header.lost : 0;
	const uint64_t records = reader->skipped + reader->taken;

	return reader->header.header_size + (records > gone ? records - gone : 0) * sizeof(union record);
}

/* Continues at the next undelivered record; in a file with a hole, at the first one that has not been dropped. */
static bool seek_record(struct trace_reader *reader)
{
	const uint64_t offset = position(reader);
	const uint64_t there =
		reader->has_hole && reader->header.clock.tsc_end == 0 ? stream_data(reader->stream, offset) : offset;
	const uint64_t dropped = (there - offset + sizeof(union record) - 1) / sizeof(union record);

	if (!stream_seek(reader->stream, (off_t)(offset + dropped * sizeof(union record))))
		return false;
	reader->skipped += dropped;
	return true;
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
	if (reader->stream != NULL && read_fields(reader, error) == 0 && read_sections(reader, error) == 0) {
		reader->has_hole = reader->header.flags & FILE_KEEPS_LAST && reader->header.clock.tsc_end == 0;
		if (reader->has_hole && !stream_is_compressed(reader->stream))
			seek_record(reader); /* a pipe cannot: its zeros are read */
		return reader;
	}
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
	free(reader->counters);
	free(reader->note);
	free(reader);
}

const struct file_header *trace_reader_header(const struct trace_reader *reader)
{
	return &reader->header;
}

bool trace_reader_begins_late(const struct trace_reader *reader)
{
	return reader->header.lost > 0 && (reader->header.flags & FILE_KEEPS_LAST) != 0;
}

const struct file_counter *trace_reader_counters(const struct trace_reader *reader, size_t *count)
{
	*count = reader->counter_count;
	return reader->counters;
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

/* Makes reader->next a record that is there, behind the hole if the file has one. Returns 1, 0 at the end, or -1. */
static int advance(struct trace_reader *reader, struct error *error)
{
	for (;; reader->next++, reader->skipped++) {
		const int filled = reader->next == reader->limit ? refill(reader, error) : 1;

		if (filled <= 0) {
			reader->skipped = reader->taken == 0 ? 0 : reader->skipped;
			return filled;
		}
		if (!reader->has_hole || reader->taken > 0 || reader->next->exit.tsc != 0)
			return 1;
	}
}

static void count_fault(struct trace_reader *reader, const struct event_record *event)
{
	uint64_t *count = event->b < RINGSIDE_RING_FAULT_COUNT ? &reader->faults[event->b] : NULL;

	if (count != NULL && __builtin_add_overflow(*count, event->a, count))
		*count = UINT64_MAX;
}

static void note_created(struct trace_reader *reader, uint64_t pid)
{
	reader->creates = true;
	reader->created[pid % CREATED_BITS / 64] |= UINT64_C(1) << pid % 64;
}

/*
 * Takes note of the processes that a guest's event creates, or of that it is about one that none has created, which is
 * a lie of the guest's, unless the trace lacks the beginning. Pids that share a bit are taken for one: then a lie is
 * missed, but none is made up.
 */
static inline void follow_pid(struct trace_reader *reader, const struct event_record *event)
{
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_PROC_CREATE)
		note_created(reader, event->pid);
	else if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_FORK)
		note_created(reader, event->a);
	reader->strangers +=
		event->pid != 0 && (reader->created[event->pid % CREATED_BITS / 64] >> event->pid % 64 & 1) == 0;
}

/* Delivers up to `most` records where they are in the buffer. */
static inline int take(struct trace_reader *reader, const union record **records, size_t most, struct error *error)
{
	const int filled = reader->ended ? 0 : advance(reader, error);

	if (filled < 0)
		return -1;
	reader->ended = filled == 0;
	if (reader->ended)
		return 0;
	const union record *first = reader->next, *record = first;
	const union record *limit = most < (size_t)(reader->limit - first) ? first + most : reader->limit;

	for (; record < limit && record->exit.tsc != 0 && kind_is_known(record->exit.kind); record++)
		if (record_is_event(record) && !record_is_of_vmm(record))
			follow_pid(reader, &record->event);
		else if (__builtin_expect(record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_RING, 0))
			count_fault(reader, &record->event);
	if (record == first && record->exit.tsc != 0)
		return refuse_record(reader, error);
	if (record == first) {
		/*
		 * A record with a tsc of 0 marks the end; behind it there is space reserved for records that never
		 * came.
		 */
		reader->torn = false;
		reader->ended = true;
	}
	*records = first;
	reader->next = record;
	reader->taken += (uint64_t)(record - first);
	return (int)(record - first);
}

int trace_reader_batch(struct trace_reader *reader, const union record **records, struct error *error)
{
	return take(reader, records, BUFFER_RECORDS, error);
}

int trace_reader_next(struct trace_reader *reader, union record *record, struct error *error)
{
	const union record *one = reader->buffer;
	const int taken = take(reader, &one, 1, error);

	if (taken > 0)
		*record = *one;
	return taken;
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
	reader->header.flags = header.flags;
	reader->header.host = header.host;
	const size_t length = reader->header.counters.length;
	struct file_counter *counters = reader->counters != NULL ? malloc(length) : NULL;
	if (counters != NULL && pread(stream_file(reader->stream), counters, length,
				      (off_t)reader->header.counters.offset) == (ssize_t)length)
		memcpy(reader->counters, counters, length);
	free(counters);
}

bool trace_reader_resume(struct trace_reader *reader)
{
	if (reader->final || stream_is_compressed(reader->stream))
		return false;
	reader->final = !is_being_recorded(reader);
	read_ending(reader);
	if (!seek_record(reader))
		return false;
	reader->next = reader->limit = reader->buffer;
	reader->torn = reader->ended = false;
	return true;
}

static void add_note(const struct trace_reader *reader, const char *note)
{
	const size_t length = strlen(reader->note);

	snprintf(reader->note + length, NOTE_SIZE - length, "%s%s", length > 0 ? "; " : "", note);
}

static void note_lost(const struct trace_reader *reader)
{
	char note[NOTE_SIZE / 2];

	if (!(reader->header.flags & FILE_LIMITED)) {
		add_note(reader, "is not complete: there was no space for the records after these");
		return;
	}
	snprintf(note, sizeof(note),
		 "is not complete: its size was limited, and %" PRIu64 " records %s these are missing",
		 reader->header.lost, reader->header.flags & FILE_KEEPS_LAST ? "before" : "after");
	add_note(reader, note);
}

/* What the trace itself says of the guest's event ring. */
static void note_faults(const struct trace_reader *reader)
{
	char note[NOTE_SIZE / 2];

	for (unsigned fault = 0; fault < RINGSIDE_RING_FAULT_COUNT; fault++) {
		if (reader->faults[fault] == 0)
			continue;
		snprintf(note, sizeof(note), "cannot be trusted: %" PRIu64 " of the guest's events %s %s",
			 reader->faults[fault], reader->faults[fault] == 1 ? "is" : "are",
			 argument_words("#fault", fault));
		add_note(reader, note);
	}
}

static void note_strangers(const struct trace_reader *reader)
{
	char note[NOTE_SIZE / 2];

	if (reader->strangers == 0 || !reader->creates || reader->has_hole ||
	    (reader->header.flags & FILE_KEEPS_LAST) != 0)
		return;
	snprintf(note, sizeof(note),
		 "cannot be trusted: %" PRIu64 " of the guest's events %s about processes that none has created",
		 reader->strangers, reader->strangers == 1 ? "is" : "are");
	add_note(reader, note);
}

const char *trace_reader_note(const struct trace_reader *reader)
{
	reader->note[0] = '\0';
	if (stream_is_torn(reader->stream))
		add_note(reader, "ends in the middle of a compressed frame");
	else if (reader->torn)
		add_note(reader, "ends in the middle of a record");
	else if (reader->header.clock.tsc_end == 0)
		add_note(reader, "was not closed: it is still being recorded, or the VMM was killed");
	if (reader->header.lost > 0)
		note_lost(reader);
	if (reader->header.flags & FILE_RING_REFUSED)
		add_note(reader, "lacks events: the guest set up an event ring that was refused");
	if (reader->header.flags & FILE_TSC_CHANGED)
		add_note(reader, "has events whose times are not exact: the guest changed its TSC");
	note_faults(reader);
	note_strangers(reader);
	return reader->note[0] != '\0' ? reader->note : NULL;
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

/* SPDX-License-Identifier: MIT */
/*
 * The trace file: a header (clock, environment, symbols), then records. docs/trace-format.md has the
 * layout. Written through a shared mapping, chunk by chunk, so that what was recorded survives the VMM
 * being killed at any moment; read by streaming, believing nothing.
 */
#ifndef VMM_TRACE_FILE_H
#define VMM_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "trace/clock.h"
#include "trace/record.h"
#include "trace/symbols.h"
#include "util/error.h"

struct trace_writer {
	union record *next, *limit; /* in the mapped chunk; equal = full, or failed */
	union record *chunk;
	uint64_t offset; /* of the chunk in the file */
	uint64_t lost;	 /* records that could not be written */
	int fd;
	int failure; /* errno of the first failure; 0 = none */
	const char *path;
};

/*
 * Creates `path` (replacing a regular file of that name) and writes the header. `environment` is lines
 * of key=value; it and `symbols` may be NULL. The file must be a regular one: anything else cannot be
 * mapped and is refused. `path` must outlive the writer. A file made in vain is removed again.
 */
int trace_writer_open(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
		      const char *environment, const struct symbols *symbols, struct error *error);

/*
 * Maps the next chunk; its space is reserved first, so a full disk is an error here and not a SIGBUS.
 * Makes four system calls at most: prlimit, fallocate, mmap, munmap (pwrite where there is no fallocate).
 */
bool trace_writer_grow(struct trace_writer *writer);

/* Ends the file: exact length, tsc_end in the header. Returns -1 if any record was lost, saying why. */
int trace_writer_close(struct trace_writer *writer, uint64_t tsc_end, struct error *error);

static inline void trace_writer_append(struct trace_writer *writer, const union record *record)
{
	if (__builtin_expect(writer->next == writer->limit, 0) && !trace_writer_grow(writer)) {
		writer->lost++;
		return;
	}
	/* The time stamp last: a record without one marks the end, should the VMM die right here. */
	union record *slot = writer->next++;
	memcpy((char *)slot + sizeof(uint64_t), (const char *)record + sizeof(uint64_t),
	       sizeof(*slot) - sizeof(uint64_t));
	__atomic_store_n(&slot->exit.tsc, record->exit.tsc, __ATOMIC_RELEASE);
}

struct trace_reader; /* what its accessors return belongs to it */

/*
 * Opens a trace, which may be compressed by zstd, and checks the header. NULL and a line in *error when it is not a
 * trace this version can read. `path` must outlive the reader.
 */
struct trace_reader *trace_reader_open(const char *path, struct error *error);
void trace_reader_close(struct trace_reader *reader);
const struct trace_clock *trace_reader_clock(const struct trace_reader *reader);
const struct symbols *trace_reader_symbols(const struct trace_reader *reader);
const char *trace_reader_environment(const struct trace_reader *reader);

/*
 * The next record in *record: 1, or 0 at the end, or -1 with a line in *error when the file is damaged
 * there. What is delivered is in range: an exit's kind is below RINGSIDE_EXIT_LIMIT, an event's below
 * RECORD_EVENT + RINGSIDE_EVENT_COUNT, tsc is not 0. Nothing else is promised.
 */
int trace_reader_next(struct trace_reader *reader, union record *record, struct error *error);

/*
 * After trace_reader_next() gave 0: makes it look again at a file that somebody may still be recording.
 * False when that was all: nobody records any more (or the file is a pipe, or compressed), and the end has been
 * read since.
 */
bool trace_reader_resume(struct trace_reader *reader);

/*
 * After the end: what there is to say of it ("ends in the middle of a record"), to follow the file's
 * name; NULL when the recording was closed properly and is complete.
 */
const char *trace_reader_note(const struct trace_reader *reader);

/* How much of the file is before the first record, in bytes. */
size_t trace_reader_header_size(const struct trace_reader *reader);

bool trace_reader_is_compressed(const struct trace_reader *reader);

/* The part of the file that has been read, 0 to 1; below 0 when its size is not known. */
double trace_reader_progress(const struct trace_reader *reader);

#endif

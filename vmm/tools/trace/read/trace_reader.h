/* SPDX-License-Identifier: MIT */
/*
 * Reads a trace file that record/trace_writer.h wrote, in constant memory, and checks everything in it. Used by every
 * subcommand of `vmm trace`.
 */
#ifndef VMM_TOOLS_TRACE_READ_TRACE_READER_H
#define VMM_TOOLS_TRACE_READ_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "record/trace_format.h"
#include "symbols/symbols.h"

struct trace_reader; /* what its accessors return belongs to it */

/*
 * Opens a trace, which may be compressed by zstd, and checks the header. NULL and a line in *error when it is not a
 * trace this version can read. `path` must outlive the reader.
 */
struct trace_reader *trace_reader_open(const char *path, struct error *error);
void trace_reader_close(struct trace_reader *reader);
const struct file_header *trace_reader_header(const struct trace_reader *reader);
/* Whether records before the first one are missing. */
bool trace_reader_begins_late(const struct trace_reader *reader);
/* KVM's counters before and after the run; NULL when the trace has none. */
const struct file_counter *trace_reader_counters(const struct trace_reader *reader, size_t *count);
const struct trace_clock *trace_reader_clock(const struct trace_reader *reader);
const struct symbols *trace_reader_symbols(const struct trace_reader *reader);
const char *trace_reader_environment(const struct trace_reader *reader);

/*
 * Puts the next record into *record. Returns 1; 0 at the end; or -1 with a line in *error if the file is damaged at
 * this record. A delivered record is in range: an exit's kind is below RINGSIDE_EXIT_LIMIT, an event's below
 * RECORD_EVENT + RINGSIDE_EVENT_COUNT, and tsc is not 0. Its other fields may hold anything.
 */
int trace_reader_next(struct trace_reader *reader, union record *record, struct error *error);

/*
 * The same for as many records as are at hand, without a copy: *records points to them until the next call. Returns how
 * many, 0 at the end, or -1.
 */
int trace_reader_batch(struct trace_reader *reader, const union record **records, struct error *error);

/*
 * To be called after trace_reader_next() or trace_reader_batch() has returned 0: makes it look again at a file that may
 * still be recorded. Returns false if no more records can come, because the recording is over and the file has been
 * read to its end since, or because the file is a pipe or compressed.
 */
bool trace_reader_resume(struct trace_reader *reader);

/*
 * What is odd about the trace, in words that follow the file's name: "ends in the middle of a record". NULL if the
 * recording was closed properly, is complete, and its times are exact. Only to be called after the end.
 */
const char *trace_reader_note(const struct trace_reader *reader);

/* How many bytes of the file are before the first record. */
size_t trace_reader_header_size(const struct trace_reader *reader);

bool trace_reader_is_compressed(const struct trace_reader *reader);

/* The part of the file that has been read, 0 to 1; below 0 when its size is not known. */
double trace_reader_progress(const struct trace_reader *reader);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Writes a trace file (layout: docs/trace-format.md): a header with clock, environment and symbols, then records.
 * run/run.c opens it, the recorder appends, run/summary.c closes it. Records go through a shared mapping, chunk by
 * chunk, so that all of them are in the file even if the VMM is killed at any moment.
 */
#ifndef VMM_RECORD_TRACE_WRITER_H
#define VMM_RECORD_TRACE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "record/trace_format.h"
#include "symbols/symbols.h"

struct trace_writer {
	union record *next, *limit;		 /* first free record and end of `chunk`; equal = full, or no chunk */
	union record *chunk;			 /* the mapped chunk; NULL = none yet */
	uint64_t offset;			 /* of the chunk in the file, in bytes */
	uint64_t first;				 /* offset of the first record that the file still has */
	uint64_t header_size;			 /* offset of the first record when the file is closed */
	uint64_t size_max;			 /* of the file, in bytes */
	uint64_t lost;				 /* records that are not in the file */
	uint32_t flags;				 /* enum file_flag */
	struct file_host host;			 /* set before the file is closed; at first nothing is known */
	uint64_t counters;			 /* offset of the section of KVM's counters; 0 = there is none */
	const struct file_counter *end_counters; /* for that section when the trace is closed */
	size_t end_counters_size;		 /* bytes; 0 = it stays as it is */
	int fd;
	int failure;	/* errno of the first failure; 0 = none. EFBIG also when the file has reached `size_max` */
	bool created;	/* by trace_writer_prepare() */
	bool cut;	/* the file became shorter, or could not be read, while it was recorded */
	uint64_t fault; /* offset in the file of the first page that was not there; UINT64_MAX = none */
	char *header;	/* what trace_writer_start() writes; NULL = it has been written */
	const char *path;
};

/*
 * Opens the file `path`, or creates it, and locks it. What a file of that name has stays until trace_writer_start().
 * `environment` is lines of key=value; it and `symbols` may be NULL. Anything but a regular file is refused, since it
 * cannot be mapped. `path` must outlive the writer. Returns 0, or -1 with a line in *error, after which the writer is
 * closed, and a file that it created removed.
 */
int trace_writer_prepare(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
			 const char *environment, const struct symbols *symbols, struct error *error);

/*
 * Adds the section of KVM's counters. To be called after trace_writer_prepare(), before the writer is limited or
 * started. Without memory, or when the header gets too large, there is no section.
 */
void trace_writer_add_counters(struct trace_writer *writer, const struct file_counter *counters, size_t count);

/* Gives the same counters with their values at the end, which trace_writer_close() writes: they must live until then.
 */
void trace_writer_end_counters(struct trace_writer *writer, const struct file_counter *counters, size_t count);

/*
 * Limits the size of the file, header included, to `size_max` bytes. Records that do not fit are counted in
 * writer->lost: those after the limit, or with `keeps_last` the oldest, which then make room for new ones; while it is
 * recorded such a file has a hole in front, so that it is longer than it takes space. To be called before
 * trace_writer_start(). Returns 0, or -1 with a line in *error, after which the writer is discarded: the limit is below
 * the size of a header with some records, or the file system cannot make holes.
 */
int trace_writer_limit(struct trace_writer *writer, uint64_t size_max, bool keeps_last, struct error *error);

/*
 * Empties the file, writes the header and maps the first chunk; does nothing when that has been done. Returns 0, or -1
 * with a line in *error, after which the writer is not closed.
 */
int trace_writer_start(struct trace_writer *writer, struct error *error);

/* For a run that is refused: closes the file, and removes it if the writer has created it. */
void trace_writer_discard(struct trace_writer *writer);

/* trace_writer_prepare() and trace_writer_start(): for what is written without a guest. The writer is closed if it
 * fails. */
int trace_writer_open(struct trace_writer *writer, const char *path, const struct trace_clock *clock,
		      const char *environment, const struct symbols *symbols, struct error *error);

/*
 * Reserves disk space for the next chunk and maps it in place of the present one. Makes at most five system calls, or
 * seven when old records make room: fstat, prlimit, fallocate (many pwrite where the file system has no fallocate),
 * mmap and munmap. Returns false when the host refuses or the limit is reached, now or in an earlier call;
 * writer->failure is then the errno.
 */
bool trace_writer_grow(struct trace_writer *writer);

/*
 * To be called by a handler of SIGBUS, with the address of the access. If that is in the mapped chunk, because the file
 * was truncated or its disk fails, puts memory in the place of the chunk, so that the access succeeds when it is made
 * again; the records from there on are lost. Returns false for other addresses. Changes no errno.
 */
bool trace_writer_take_fault(struct trace_writer *writer, const void *address);

/*
 * Completes and closes the file; `tsc_end` is the host's TSC at the end of the run. Returns 0, or -1 with a line in
 * *error if a record after the last one of the file was lost or the file could not be completed. The oldest records,
 * which a limit with `keeps_last` has dropped, are no error.
 */
int trace_writer_close(struct trace_writer *writer, uint64_t tsc_end, struct error *error);

/* Appends a copy of *record, or counts it in writer->lost when there is no space. */
static inline void trace_writer_append(struct trace_writer *writer, const union record *record)
{
	if (__builtin_expect(writer->next == writer->limit, 0) && !trace_writer_grow(writer)) {
		writer->lost++;
		return;
	}
	/*
	 * The time stamp is stored last: if the VMM is killed in between, the record's `tsc` of 0 marks the end of the
	 * file.
	 */
	union record *slot = writer->next++;
	memcpy((char *)slot + sizeof(uint64_t), (const char *)record + sizeof(uint64_t),
	       sizeof(*slot) - sizeof(uint64_t));
	__atomic_store_n(&slot->exit.tsc, record->exit.tsc, __ATOMIC_RELEASE);
}

#endif

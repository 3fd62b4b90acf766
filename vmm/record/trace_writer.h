/* SPDX-License-Identifier: MIT */
/*
 * Writes a trace file: a header (clock, environment, symbols), then records. docs/trace-format.md has the
 * layout. Records go through a shared mapping, chunk by chunk, so that what was recorded survives the VMM
 * being killed at any moment.
 */
#ifndef VMM_RECORD_TRACE_WRITER_H
#define VMM_RECORD_TRACE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"

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

#endif

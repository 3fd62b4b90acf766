/* SPDX-License-Identifier: MIT */
/*
 * Where the run loop puts its records: always into the flight recorder, a ring in memory, and into the
 * trace file when there is one. The hot path: no system call, no allocation, no formatting.
 */
#ifndef VMM_RECORD_RECORDER_H
#define VMM_RECORD_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"
#include "record/trace_writer.h"

enum { FLIGHT_RECORDER_SIZE = 256 }; /* records; a power of two */

struct recorder {
	union record flight[FLIGHT_RECORDER_SIZE];
	uint64_t count;		     /* records so far, exits and events */
	uint64_t exits;		     /* exits so far */
	struct trace_writer *writer; /* NULL = no file */
};

void recorder_init(struct recorder *recorder, struct trace_writer *writer);

/* Appends a copy of *record. Inline in the exit path; the only call it may make is for the next chunk of the file. */
static inline void recorder_append(struct recorder *recorder, const union record *record)
{
	recorder->flight[recorder->count++ % FLIGHT_RECORDER_SIZE] = *record;
	recorder->exits += record->exit.kind < RECORD_EVENT;
	if (recorder->writer != NULL)
		trace_writer_append(recorder->writer, record);
}

/* The n-th last record (0 = the last), or NULL when there are not so many or it has been overwritten. */
const union record *recorder_last(const struct recorder *recorder, unsigned n);

#endif

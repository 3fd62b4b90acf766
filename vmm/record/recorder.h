/* SPDX-License-Identifier: MIT */
/*
 * Where every record goes: always into the flight recorder, a ring in memory, into the trace file when there is
 * one, and to whoever watches the run as it happens. The run loop and the guest's event ring append. The hot path:
 * no system call, no allocation, no formatting.
 */
#ifndef VMM_RECORD_RECORDER_H
#define VMM_RECORD_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"
#include "record/trace_writer.h"

enum { FLIGHT_RECORDER_SIZE = 256 }; /* records; a power of two */
enum { RECORD_KINDS = UINT8_MAX + 1 };

/* Live text and statistics: told of each record once it is kept, and of what the run loop does next. */
struct record_watcher {
	void (*record)(void *context, const union record *record);
	void (*entering)(void *context, uint64_t tsc); /* the guest is entered again at this TSC */
	void (*waiting)(void *context);		       /* the guest waits for an interrupt */
	void *context;
};

struct recorder {
	uint64_t count;			      /* records so far, exits and events */
	struct trace_writer *writer;	      /* NULL = no file */
	const struct record_watcher *watcher; /* NULL = nobody */
	uint64_t counts[RECORD_KINDS];	      /* of the records, by kind */
	union record flight[FLIGHT_RECORDER_SIZE];
};

/* With nobody watching. `writer` may be NULL; it must outlive the recorder. */
void recorder_init(struct recorder *recorder, struct trace_writer *writer);

/* Appends a copy of *record. Inline in the exit path; without a watcher its only call is for the file's next chunk. */
static inline void recorder_append(struct recorder *recorder, const union record *record)
{
	recorder->flight[recorder->count++ % FLIGHT_RECORDER_SIZE] = *record;
	recorder->counts[record->exit.kind]++;
	if (recorder->writer != NULL)
		trace_writer_append(recorder->writer, record);
	if (__builtin_expect(recorder->watcher != NULL, 0))
		recorder->watcher->record(recorder->watcher->context, record);
}

/* Of the records so far, those of exits. */
uint64_t recorder_exits(const struct recorder *recorder);

/* The n-th last record (0 = the last), or NULL when there are not so many or it has been overwritten. */
const union record *recorder_last(const struct recorder *recorder, unsigned n);

#endif

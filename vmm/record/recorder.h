/* SPDX-License-Identifier: MIT */
/*
 * Distributes every record: to the flight recorder (a ring in memory, for crash reports), to the trace file if there is
 * one, and to a watcher if there is one. machine/loop.c and machine/event_ring.c append records at every exit, so
 * appending makes no allocation, no formatting and, except for a new chunk of the trace file, no system call.
 */
#ifndef VMM_RECORD_RECORDER_H
#define VMM_RECORD_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"
#include "record/trace_writer.h"

enum { FLIGHT_RECORDER_SIZE = 256 }; /* records; a power of two */
enum { RECORD_KINDS = UINT8_MAX + 1 };

/* Callbacks for live trace text and statistics (run/run.c). The run loop calls the second and the third. */
struct record_watcher {
	void (*record)(void *context, const union record *record); /* `record` has been appended */
	void (*entering)(void *context, uint64_t tsc);		   /* the guest is entered at this host TSC */
	void (*waiting)(void *context);				   /* the guest waits for an interrupt */
	void *context;
};

/*
 * Where other records come from that must be put among those appended, in the order of their time. next() stores the
 * next one that is known by now, and returns whether there was one; their times do not decrease.
 */
struct record_source {
	bool (*next)(void *context, union record *record);
	void *context;
};

struct recorder {
	uint64_t count;				   /* records appended, exits and events */
	uint64_t due_tsc;			   /* of `due`; UINT64_MAX = there is none */
	struct trace_writer *writer;		   /* NULL = no trace file */
	const struct record_watcher *watcher;	   /* NULL = none */
	uint64_t counts[RECORD_KINDS];		   /* records appended, by kind */
	struct record_source source;		   /* next() NULL = none */
	union record due;			   /* the next of `source` */
	union record flight[FLIGHT_RECORDER_SIZE]; /* record n is at index n % FLIGHT_RECORDER_SIZE */
};

/* Empties the recorder, which then has neither writer, watcher nor source; the caller may set them. */
void recorder_init(struct recorder *recorder);

/* To be called when the source has records: those before each record that is appended from now on go before it. */
void recorder_take_source(struct recorder *recorder);

/* Appends the records of the source up to `tsc`. UINT64_MAX = all that there are: to be called once, at the end. */
void recorder_append_due(struct recorder *recorder, uint64_t tsc);

/* Appends a copy of *record and nothing else. */
static inline void recorder_put(struct recorder *recorder, const union record *record)
{
	recorder->flight[recorder->count++ % FLIGHT_RECORDER_SIZE] = *record;
	recorder->counts[record->exit.kind]++;
	if (recorder->writer != NULL)
		trace_writer_append(recorder->writer, record);
	if (__builtin_expect(recorder->watcher != NULL, 0))
		recorder->watcher->record(recorder->watcher->context, record);
}

/* Appends a copy of *record. Inline because every exit does it; without a watcher it calls only trace_writer_grow(). */
static inline void recorder_append(struct recorder *recorder, const union record *record)
{
	if (__builtin_expect(record->exit.tsc >= recorder->due_tsc, 0))
		recorder_append_due(recorder, record->exit.tsc);
	recorder_put(recorder, record);
}

/* The number of exits among the records appended. */
uint64_t recorder_exits(const struct recorder *recorder);

/* The n-th last record (n = 0 is the last), or NULL when there are not that many or it has been overwritten. */
const union record *recorder_last(const struct recorder *recorder, unsigned n);

#endif

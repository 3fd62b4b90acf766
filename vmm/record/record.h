/* SPDX-License-Identifier: MIT */
/*
 * The record: what is kept of every exit and of every guest event, 48 bytes, the same in the flight
 * recorder and in trace files. Times are host TSC values; the file's header says how to make them
 * nanoseconds. Written by the run loop, read by everything else in trace/.
 *
 * Records stand in the order of their `tsc`. The sequence number of an exit is its ordinal, so it is
 * not stored: nothing is ever dropped. How long the VMM handled an exit is the next exit's `entry`
 * minus this one's `tsc`; how long the guest ran before it is `tsc - entry`.
 */
#ifndef VMM_RECORD_RECORD_H
#define VMM_RECORD_RECORD_H

#include <stdint.h>

#include "ringside/events.h"
#include "ringside/exits.h"

/* `kind`: an exit reason (enum ringside_exit) below this, RECORD_EVENT + enum ringside_event from it on. */
#define RECORD_EVENT 128

/* `flags` of an exit */
enum {
	RECORD_WRITE = 1u << 0,	    /* IO, MMIO: the guest wrote; else it read */
	RECORD_UNCLAIMED = 1u << 1, /* IO, MMIO: no device there; reads gave all ones */
	RECORD_STRING = 1u << 2,    /* IO: a string instruction, `count` elements; `value` is the first */
	RECORD_INJECTED = 1u << 3,  /* `vector` was injected before the guest was entered again */
	RECORD_WINDOW = 1u << 4,    /* an interrupt waits: an interrupt window was asked for */
	RECORD_WAITED = 1u << 5,    /* HLT: the VMM slept until an interrupt came */
};

struct exit_record {
	uint64_t tsc;	  /* when KVM_RUN returned; never 0, which marks the end of a file */
	uint64_t entry;	  /* when KVM_RUN was called */
	uint64_t rip;	  /* at the exit, linear within the flat segments of 64-bit mode */
	uint64_t address; /* IO: port, and count << 32; MMIO: guest-physical; else reason's own detail */
	uint64_t value;	  /* IO, MMIO: datum read or written (first of a string); INTERNAL_ERROR: suberror;
			     FAIL_ENTRY: hardware reason; SYSTEM_EVENT: type; INTR: 1 = tick, 2 = signal */
	uint32_t frame;	  /* CR3 >> 12 */
	uint8_t kind;
	uint8_t cpl_size; /* CPL in bits 1:0, unless bit 2: not known, nor the frame; access size in bits 7:4 */
	uint8_t flags;
	uint8_t vector;
};

struct event_record {
	uint64_t tsc; /* when the guest wrote it */
	uint64_t a;
	uint64_t b;
	uint64_t reserved[2];
	uint32_t pid;
	uint8_t kind;
	uint8_t padding[3];
};

union record {
	struct exit_record exit;
	struct event_record event;
};

_Static_assert(sizeof(union record) == 48, "a record is 48 bytes");
_Static_assert(__builtin_offsetof(struct exit_record, kind) == __builtin_offsetof(struct event_record, kind),
	       "kind tells the two apart");

static inline int record_is_event(const union record *record)
{
	return record->exit.kind >= RECORD_EVENT;
}

enum { CPL_KERNEL = 0, CPL_USER = 3, CPL_UNKNOWN = 4 };

static inline unsigned exit_cpl(const struct exit_record *exit)
{
	return exit->cpl_size & CPL_UNKNOWN ? (unsigned)CPL_UNKNOWN : exit->cpl_size & 3u;
}

/* IO, MMIO: of the access, in bytes. */
static inline unsigned exit_size(const struct exit_record *exit)
{
	return exit->cpl_size >> 4;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The record of one exit or one guest event: 48 bytes, with the same layout in the flight recorder and in trace files.
 * Written by the run loop and the guest's event ring (vmm/machine); read by crash reports, statistics and the tools.
 *
 * All times are values of the host's TSC; record/trace_clock.h converts them to nanoseconds. Records are in the order
 * of their `tsc`; what the VMM adds about its own thread ends at its `tsc`. No record is ever dropped in the middle, so
 * the sequence number of an exit is its position among the exits and is not stored. The guest ran for `tsc - entry`
 * before an exit; the VMM handled an exit for the next exit's `entry` minus this exit's `tsc`.
 */
#ifndef VMM_RECORD_RECORD_H
#define VMM_RECORD_RECORD_H

#include <stdint.h>

#include "ringside/events.h"
#include "ringside/exits.h"

/*
 * A `kind` below RECORD_EVENT is an exit reason (enum ringside_exit); the others are RECORD_EVENT + enum
 * ringside_event.
 */
#define RECORD_EVENT 128

/* The `flags` of an exit. Names before a colon say which exit reasons can have the flag. */
enum {
	RECORD_WRITE = 1u << 0,	    /* IO, MMIO: the guest wrote; clear = the guest read */
	RECORD_UNCLAIMED = 1u << 1, /* IO, MMIO: no device answered; reads gave all ones */
	RECORD_STRING = 1u << 2,    /* IO: several elements of a string instruction; `value` is the first */
	RECORD_INJECTED = 1u << 3,  /* interrupt `vector` was injected before the guest was entered again */
	RECORD_WINDOW = 1u << 4,    /* an interrupt waits: KVM was asked for an interrupt-window exit */
	RECORD_WAITED = 1u << 5,    /* HLT: the VMM slept until an interrupt came */
};

/* Positions of numbers in the fields of an exit. */
enum {
	RECORD_SIZE_SHIFT = 4,	 /* the size of the access in `cpl_size` */
	RECORD_COUNT_SHIFT = 32, /* the number of elements in `address` */
	CR3_FRAME_SHIFT = 12,	 /* `frame` is CR3 shifted right by this */
};

/* The `value` of an INTR exit: what interrupted KVM_RUN. */
enum { RECORD_INTR_TICK = 1 /* a deadline */, RECORD_INTR_SIGNAL = 2 /* another kick */ };

struct exit_record {
	uint64_t tsc;	  /* when KVM_RUN returned; never 0, because 0 marks the end of the records in a file */
	uint64_t entry;	  /* when KVM_RUN was called */
	uint64_t rip;	  /* RIP at the exit; a linear address in 64-bit mode, whose code segment is flat */
	uint64_t address; /* IO: port | number of elements << 32; MMIO: guest-physical address; HLT with RECORD_WAITED:
			     the TSC since which the VMM slept; else 0 */
	uint64_t value;	  /* IO, MMIO: datum read or written (the first of a string); INTERNAL_ERROR: suberror;
			     FAIL_ENTRY: hardware reason; SYSTEM_EVENT: type; INTR: RECORD_INTR_*;
			     HLT with RECORD_WAITED: how many ticks the VMM slept; a reason of unknown meaning: its number
			   */
	uint32_t frame;	  /* CR3 >> 12: the address space */
	uint8_t kind;
	uint8_t cpl_size; /* bits 1:0 the CPL; bit 2 = CPL and `frame` are unknown; bits 7:4 access size in bytes */
	uint8_t flags;
	uint8_t vector; /* with RECORD_INJECTED */
};

struct event_record {
	uint64_t tsc; /* when the guest wrote the event */
	uint64_t a;   /* first and second argument, as the row in ringside/events.h names them */
	uint64_t b;
	uint64_t ns; /* KVM_EXIT: how long the guest did not run; else 0 */
	uint64_t reserved;
	uint32_t pid; /* process that the event is about */
	uint8_t kind;
	uint8_t padding[3];
};

union record {
	struct exit_record exit;
	struct event_record event;
};

_Static_assert(sizeof(union record) == 48, "a record is 48 bytes");
_Static_assert(__builtin_offsetof(struct exit_record, kind) == __builtin_offsetof(struct event_record, kind),
	       "kind tells exits and events apart, so it is at the same place in both");

static inline int record_is_event(const union record *record)
{
	return record->exit.kind >= RECORD_EVENT;
}

/* Whether the VMM made an event by itself (RINGSIDE_VMM_EVENTS): it tells nothing of the guest's state. */
static inline int record_is_of_vmm(const union record *record)
{
	return record->exit.kind >= RECORD_EVENT + RINGSIDE_EVENT_GUEST_COUNT;
}

enum { CPL_KERNEL = 0, CPL_USER = 3, CPL_UNKNOWN = 4 };

/* The CPL at an exit: 0 to 3, or CPL_UNKNOWN. */
static inline unsigned exit_cpl(const struct exit_record *exit)
{
	return exit->cpl_size & CPL_UNKNOWN ? (unsigned)CPL_UNKNOWN : exit->cpl_size & 3u;
}

/* How many ticks the VMM slept while it handled an exit, because the guest had halted: nobody's time. */
static inline uint64_t exit_slept(const struct exit_record *exit)
{
	return exit->kind == RINGSIDE_EXIT_HLT && exit->flags & RECORD_WAITED ? exit->value : 0;
}

/* How many of the `ticks` from an exit to the next entry the VMM was at work. */
static inline uint64_t exit_handled(const struct exit_record *exit, uint64_t ticks)
{
	return ticks > exit_slept(exit) ? ticks - exit_slept(exit) : 0;
}

/* The size in bytes of the access of an IO or MMIO exit. */
static inline unsigned exit_size(const struct exit_record *exit)
{
	return exit->cpl_size >> RECORD_SIZE_SHIFT;
}

#endif

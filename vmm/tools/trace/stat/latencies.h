/* SPDX-License-Identifier: MIT */
/*
 * How long the steps of a tick took, from the time at which it was due to the guest's handler, and how long the kernel
 * took to give a process each kind of page. Fed with the records of a trace by profile.c, printed by profile_print.c.
 */
#ifndef VMM_TOOLS_TRACE_STAT_LATENCIES_H
#define VMM_TOOLS_TRACE_STAT_LATENCIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "base/table.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "ringside/events.h"
#include "tools/trace/stat/histogram.h"

#define TICK_STEPS(X)                                                                                                  \
	X(RAISED, "due_to_raised", "due → IRQ 0 raised")                                                               \
	X(ENTERED, "raised_to_entered", "raised → guest entered")                                                      \
	X(HANDLED, "entered_to_handler", "entered → handler")                                                          \
	X(ALL, "due_to_handler", "due → handler")
#define TICK_STEP_ENUM(step, name, words) TICK_##step,
enum tick_step { TICK_STEPS(TICK_STEP_ENUM) TICK_STEP_COUNT };
#undef TICK_STEP_ENUM

struct latencies {
	uint64_t ticks;	     /* that the VMM raised */
	uint64_t coalesced;  /* periods without an interrupt of their own */
	uint64_t uninjected; /* ticks that were not injected before the next: the guest polled, or both became one */
	struct histogram steps[TICK_STEP_COUNT];	  /* ns */
	struct histogram pages[RINGSIDE_PAGE_DEED_COUNT]; /* ns from the exception until the page is there */
	/* The tick that is on its way. */
	uint64_t raised, late; /* TSC, 0 = there is none; ns */
	uint64_t entered;      /* TSC; 0 = the guest has not been entered with it yet */
	uint64_t handled;      /* TSC of the handler's event; 0 = it has not come */
	bool injected;	       /* at the last exit or before */
	bool exit_injects;     /* the last exit has injected IRQ 0 */
	uint64_t fault;	       /* TSC of the last exception */
	uint32_t fault_pid;
};

/* Whether a record has to do with these. Most do not. */
static inline bool latencies_want(const struct latencies *latencies, const union record *record)
{
	const uint64_t events = UINT64_C(1) << RINGSIDE_EVENT_TICK | UINT64_C(1) << RINGSIDE_EVENT_INTERRUPT |
				UINT64_C(1) << RINGSIDE_EVENT_NESTED | UINT64_C(1) << RINGSIDE_EVENT_EXCEPTION |
				UINT64_C(1) << RINGSIDE_EVENT_PAGE;

	if (record_is_event(record))
		return events >> (record->event.kind - RECORD_EVENT) & 1;
	return (record->exit.flags & RECORD_INJECTED) != 0 || latencies->exit_injects ||
	       (latencies->raised != 0 && latencies->entered == 0);
}

/*
 * Takes one record of a trace after the other, but for those that latencies_want() is false of. `counts`: whether a
 * tick or an exception counts, and with it what follows from it.
 */
void latencies_record(struct latencies *latencies, const struct trace_clock *clock, const union record *record,
		      bool counts);

_Static_assert(RINGSIDE_EVENT_COUNT <= 64, "latencies_want() has a bit for each event");

/* Print tables, nothing where there is nothing; and members of a JSON object. */
void latencies_print(const struct latencies *latencies, struct page *page);
void latencies_put_json(const struct latencies *latencies, struct json_writer *json);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Which records of a trace count, by a filter: knows of each record, in the order of the trace, what a filter can ask.
 * Used by profile.c when there is a filter.
 */
#ifndef VMM_TOOLS_TRACE_STAT_SELECTION_H
#define VMM_TOOLS_TRACE_STAT_SELECTION_H

#include <stdbool.h>

#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "text/address_spaces.h"
#include "tools/trace/filter/filter.h"

struct selection {
	const struct filter *filter;
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct processes processes;
	uint64_t exits;
	unsigned cpl; /* after the last record */
	/* The last exit, of which the time of the VMM is not known yet, and what was known of its process. */
	union record exit;
	struct process process;
	bool has_process;
};

/* Whether an event counts. */
bool selection_takes_event(struct selection *selection, const union record *event);

/* Takes the next exit. Whether it counts is known when the guest is entered again, at `entered`; 0 = it never was. */
void selection_hold_exit(struct selection *selection, const union record *exit);
bool selection_takes_exit(const struct selection *selection, uint64_t entered);

#endif

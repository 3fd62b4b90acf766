/* SPDX-License-Identifier: MIT */
/*
 * Whether a trace is consistent with itself: time never runs backwards; traps and returns are properly nested
 * in each process; the CPL of every exit is the one the transitions imply; pid and CR3 agree. Streams, in
 * constant memory. Fed by `vmm trace check`.
 */
#ifndef VMM_TOOLS_TRACE_CHECK_CHECK_H
#define VMM_TOOLS_TRACE_CHECK_CHECK_H

#include <stdint.h>

#include "record/record.h"

struct check;

/* `broken` is called for each contradiction, with the record's number, from 0. NULL when there is no memory. */
struct check *check_new(void (*broken)(void *context, uint64_t record, const char *what), void *context);
void check_free(struct check *check);

void check_record(struct check *check, const union record *record);

/* What has been checked so far, which shows when there was nothing to check. */
struct check_counts {
	uint64_t exits, events;
	uint64_t traps, returns;
	uint64_t cpl;	   /* exits whose CPL was compared */
	uint64_t cr3;	   /* exits whose CR3 was compared */
	uint64_t absences; /* events of the VMM about its own thread, which are in `events` too */
	uint64_t broken;
};
struct check_counts check_counts(const struct check *check);

#endif

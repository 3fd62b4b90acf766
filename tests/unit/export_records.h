/* SPDX-License-Identifier: MIT */
/* Makes records at given times. Used by test_export_timeline.c and test_export_lanes.c. */
#ifndef TESTS_UNIT_EXPORT_RECORDS_H
#define TESTS_UNIT_EXPORT_RECORDS_H

#include <criterion/criterion.h>

#include "base/array.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "tools/trace/export/export_timeline.h"

/* With these clocks a TSC tick is a nanosecond. */
static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .tsc_end = 100001};
static const struct trace_clock unfinished_clock = {.tsc_start = 1, .tsc_khz = 1000000};

static inline union record exit_at(uint64_t entry, uint64_t tsc, uint8_t cpl)
{
	return (union record){.exit = {.tsc = tsc, .entry = entry, .kind = RINGSIDE_EXIT_HLT, .cpl_size = cpl}};
}

static inline union record event_at(uint64_t tsc, enum ringside_event event, uint32_t pid, uint64_t a, uint64_t b)
{
	return (union record){
		.event = {.tsc = tsc, .a = a, .b = b, .pid = pid, .kind = (uint8_t)(RECORD_EVENT + event)}};
}

static inline void feed(struct timeline *timeline, const union record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		timeline_record(timeline, &records[i]);
}

#endif

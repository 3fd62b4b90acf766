/* SPDX-License-Identifier: MIT */
/* Makes records at given times. Used by every test that feeds records to something. */
#ifndef TESTS_UNIT_RECORDS_H
#define TESTS_UNIT_RECORDS_H

#include "record/record.h"
#include "record/trace_clock.h"

static const struct trace_clock test_clock = {.tsc_khz = 1000000}; /* a tick is a nanosecond */

static inline union record exit_at(uint64_t entry, uint64_t tsc, uint8_t cpl)
{
	return (union record){.exit = {.tsc = tsc, .entry = entry, .kind = RINGSIDE_EXIT_HLT, .cpl_size = cpl}};
}

/* `event` is an enum ringside_event, or any number to try. */
static inline union record event_at(uint64_t tsc, unsigned event, uint32_t pid, uint64_t a, uint64_t b)
{
	return (union record){
		.event = {.tsc = tsc, .a = a, .b = b, .pid = pid, .kind = (uint8_t)(RECORD_EVENT + event)}};
}

#endif

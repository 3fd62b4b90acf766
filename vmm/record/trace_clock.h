/* SPDX-License-Identifier: MIT */
/*
 * The clock of a trace: how host TSC values become time. Measured by the machine, kept in the header of
 * the trace file, used by everything that prints.
 */
#ifndef VMM_RECORD_TRACE_CLOCK_H
#define VMM_RECORD_TRACE_CLOCK_H

#include <stdint.h>

struct trace_clock {
	uint64_t tsc_start;	 /* host TSC when the run began */
	uint64_t tsc_end;	 /* when it ended; 0 = unknown (the VMM was killed) */
	uint64_t realtime_start; /* CLOCK_REALTIME ns at tsc_start */
	uint64_t tsc_khz;	 /* TSC ticks per millisecond; never 0 */
};

/* A number of TSC ticks in nanoseconds; UINT64_MAX when that does not fit. */
uint64_t trace_clock_ticks_ns(const struct trace_clock *clock, uint64_t ticks);

/* Nanoseconds from the start of the run; correct for any 64-bit TSC. Before the start: 0. */
uint64_t trace_clock_ns(const struct trace_clock *clock, uint64_t tsc);

#endif

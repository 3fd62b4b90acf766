/* SPDX-License-Identifier: MIT */
/*
 * The clock of a trace: what is needed to convert values of the host's TSC to time. run/run.c sets it, the header of
 * the trace file keeps it, and everything that prints a trace uses it.
 */
#ifndef VMM_RECORD_TRACE_CLOCK_H
#define VMM_RECORD_TRACE_CLOCK_H

#include <stdint.h>

struct trace_clock {
	uint64_t tsc_start;	 /* the host's TSC when the run began */
	uint64_t tsc_end;	 /* the host's TSC when the run ended; 0 = unknown (the VMM was killed) */
	uint64_t realtime_start; /* CLOCK_REALTIME in ns at tsc_start */
	uint64_t tsc_khz;	 /* TSC ticks per millisecond; never 0 */
};

/* Converts an interval in TSC ticks to nanoseconds; UINT64_MAX when the result does not fit 64 bits. */
uint64_t trace_clock_ticks_ns(const struct trace_clock *clock, uint64_t ticks);

/* Nanoseconds from the start of the run to `tsc`, any value of the host's TSC; 0 when `tsc` is before the start. */
uint64_t trace_clock_ns(const struct trace_clock *clock, uint64_t tsc);

/* The first value of the TSC that is `ns` after the start of the run; UINT64_MAX when it does not fit. */
uint64_t trace_clock_tsc(const struct trace_clock *clock, uint64_t ns);

#endif

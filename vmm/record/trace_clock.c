/* SPDX-License-Identifier: MIT */
/* Converts TSC ticks to nanoseconds. All arithmetic on times of a trace is here. */
#include "record/trace_clock.h"

#include "base/units.h"

uint64_t trace_clock_ticks_ns(const struct trace_clock *clock, uint64_t ticks)
{
	/* A 128-bit division is slow, and only an interval of more than an hour needs one. */
	if (ticks <= UINT64_MAX / NS_PER_MS)
		return ticks * NS_PER_MS / clock->tsc_khz;

	unsigned __int128 ns = (unsigned __int128)ticks * NS_PER_MS / clock->tsc_khz;
	return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}

uint64_t trace_clock_ns(const struct trace_clock *clock, uint64_t tsc)
{
	return tsc <= clock->tsc_start ? 0 : trace_clock_ticks_ns(clock, tsc - clock->tsc_start);
}

uint64_t trace_clock_tsc(const struct trace_clock *clock, uint64_t ns)
{
	const unsigned __int128 ticks = ((unsigned __int128)ns * clock->tsc_khz + NS_PER_MS - 1) / NS_PER_MS;
	const unsigned __int128 tsc = clock->tsc_start + ticks;

	return ns == UINT64_MAX || tsc > UINT64_MAX ? UINT64_MAX : (uint64_t)tsc;
}

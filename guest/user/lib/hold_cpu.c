/* SPDX-License-Identifier: MIT */
/* Measures how many TSC cycles SPIN needs to keep the CPU until a timer tick. Called by the deeds. */
#include "lib/hold_cpu.h"

#include "lib/children.h"

enum { SPIN_MS = 12, SAMPLE_NS = 1000000 };

uint64_t spin_cycles;

static uint64_t cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* The TSC may count at any rate (50 MHz on Bochs, 3 GHz elsewhere), so its rate is measured for a millisecond. */
void spin_measure(void)
{
	uint64_t started = monotonic_nanoseconds(), first = cycles(), elapsed;

	do
		elapsed = monotonic_nanoseconds() - started;
	while (elapsed < SAMPLE_NS);
	spin_cycles = (cycles() - first) * SAMPLE_NS / elapsed * SPIN_MS;
}

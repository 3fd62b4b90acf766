/* SPDX-License-Identifier: MIT */
/*
 * What the kernel counts of the whole run: plain numbers that the scheduler and the trap handlers add to. The report at
 * the end prints them (watch/end_report.c).
 */
#ifndef GUEST_KERNEL_WATCH_COUNTERS_H
#define GUEST_KERNEL_WATCH_COUNTERS_H

#include <stdint.h>

extern uint64_t ticks;		   /* timer interrupts since boot */
extern uint64_t serial_interrupts; /* interrupts of the serial line */
extern uint64_t switches;	   /* context switches */
extern uint64_t preemptions;	   /* context switches that a timer interrupt forced */
extern uint64_t stray_interrupts;  /* interrupts on unused vectors, spurious interrupts, NMIs */

/* A time slice: the process `pid` had the CPU from `start` to `end` (TSC). */
struct slice {
	uint64_t start, end;
	uint64_t pid;
};

enum { SLICES_MAX = 2048 };

extern struct slice slices[SLICES_MAX];
extern struct slice *slices_end; /* behind the last one that is kept */

/* Keeps a time slice for the chart in the report, if it is one of the first. On the path of every switch. */
static inline void count_slice(uint64_t pid, uint64_t start, uint64_t end)
{
	if (slices_end != slices + SLICES_MAX)
		*slices_end++ = (struct slice){start, end, pid};
}

#endif

/* SPDX-License-Identifier: MIT */
/* The counters themselves. */
#include "kernel/watch/counters.h"

uint64_t ticks, switches, preemptions, stray_interrupts;

struct slice slices[SLICES_MAX];
unsigned slice_count;

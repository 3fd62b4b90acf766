/* SPDX-License-Identifier: MIT */
/* The counters themselves. */
#include "kernel/watch/counters.h"

uint64_t ticks, serial_interrupts, switches, preemptions, stray_interrupts;

struct slice slices[SLICES_MAX];
struct slice *slices_end = slices;

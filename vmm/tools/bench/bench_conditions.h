/* SPDX-License-Identifier: MIT */
/*
 * What happened to the CPU while it was measured on: the frequency of its core, round by round, and the time that a
 * hypervisor below took it away. Filled by session.c, told by notes.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_CONDITIONS_H
#define VMM_TOOLS_BENCH_BENCH_CONDITIONS_H

#include <stdint.h>

#include "tools/bench/bench_series.h"

struct conditions {
	struct series core_mhz; /* one value a round */
	int cpu;		/* -1: any */
	double stolen;		/* seconds; NAN: not known */
	double stolen_before;
};

void conditions_start(struct conditions *conditions, int cpu);
void conditions_take_round(struct conditions *conditions, uint32_t tsc_khz);
void conditions_end(struct conditions *conditions);
void conditions_free(struct conditions *conditions);

#endif

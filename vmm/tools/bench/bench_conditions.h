/* SPDX-License-Identifier: MIT */
/*
 * What happened to the CPU during a session: the frequency of its core, round by round, and for how long a hypervisor
 * gave the CPU to others. Filled by bench_session.c and bench_rounds.c, put into words by bench_notes.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_CONDITIONS_H
#define VMM_TOOLS_BENCH_BENCH_CONDITIONS_H

#include <stdint.h>

#include "tools/bench/bench_series.h"

struct conditions {
	struct series core_mhz; /* one value for each round */
	int cpu;		/* that is measured on; -1 = any */
	double stolen;		/* seconds that were given to others; NAN = not known */
	double stolen_before;	/* the same from the start of the system to that of the session */
};

/* `cpu` is the CPU that the session runs on; -1 = any. */
void conditions_start(struct conditions *conditions, int cpu);
void conditions_take_round(struct conditions *conditions, uint32_t tsc_khz);
void conditions_end(struct conditions *conditions);
void conditions_free(struct conditions *conditions);

#endif

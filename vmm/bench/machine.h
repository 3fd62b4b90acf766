/* SPDX-License-Identifier: MIT */
/*
 * The machine of `vmm bench`: the board and the run loop of `vmm run` with the bench device beside them,
 * running guest/bench. It takes one order at a time, so the caller decides what is measured next to what.
 */
#ifndef VMM_BENCH_MACHINE_H
#define VMM_BENCH_MACHINE_H

#include "machine/loop.h"
#include "ringside/bench.h"

/* What the VMM does at every exit besides handling it. */
enum bench_logging {
	BENCH_LOG_FLIGHT, /* the flight recorder alone, as `vmm run` without options */
	BENCH_LOG_STATS,  /* with --stats */
	BENCH_LOG_FILE,	  /* with --trace=FILE */
	BENCH_LOG_BARE,	  /* nothing at all, not even the handling: KVM_RUN in a loop; BENCH_REG_SINK only */
};

struct bench_machine {
	struct kvm kvm;
	struct vm vm;
	struct vcpu vcpu;
	struct memory memory;
	struct board board;
	struct loop loop;
	struct journal journal;
	struct console console;
	struct trace_stat stat;
	struct trace_writer writer;
	struct trace_clock clock;
	struct bench_page *page; /* NULL until the guest has named it */
	bool is_done;		 /* the guest waits for an order */
	bool is_lost;		 /* it did not come back from one */
	uint64_t delay_ns;	 /* what BENCH_REG_DELAY does */
	uint64_t deadlines[BENCH_SAMPLES_MAX];
	unsigned deadline_count;
};

/* Zero-initialised; must not move. `trace` is a file that may be written for BENCH_LOG_FILE. */
int bench_machine_start(struct bench_machine *machine, const char *image, const char *trace, struct error *error);
void bench_machine_end(struct bench_machine *machine);

/*
 * `count` samples of `iterations` crossings each, in TSC ticks; of the timer's crossings, ticks from the
 * host's deadline to the first instruction of the guest's handler.
 */
int bench_machine_measure(struct bench_machine *machine, enum bench_crossing crossing, enum bench_logging logging,
			  uint64_t iterations, unsigned count, int64_t *ticks, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The machine of `vmm bench`: the board and the run loop of `vmm run` with the bench device beside them,
 * running guest/bench. It takes one order at a time, so the caller decides what is measured next to what.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_MACHINE_H
#define VMM_TOOLS_BENCH_BENCH_MACHINE_H

#include "machine/loop.h"
#include "ringside/bench.h"
#include "text/exit_stat.h"

/* What the VMM does at every exit besides handling it. */
enum bench_logging {
	BENCH_LOG_FLIGHT, /* the flight recorder alone, as `vmm run` without options */
	BENCH_LOG_STATS,  /* with --stats */
	BENCH_LOG_FILE,	  /* with --trace=FILE */
	BENCH_LOG_BARE,	  /* nothing at all, not even the handling: KVM_RUN in a loop; BENCH_REG_SINK only */
};

struct bench_machine {
	enum irqchip irqchip;
	struct kvm kvm;
	struct vm vm;
	struct vcpu vcpu;
	struct memory memory;
	struct board board;
	struct loop loop;
	struct recorder recorder;
	struct record_watcher watcher; /* for BENCH_LOG_STATS */
	struct console console;
	struct trace_stat stat;
	struct trace_writer writer;
	struct trace_clock clock;
	const char *trace;	 /* a file that may be written for BENCH_LOG_FILE */
	struct bench_page *page; /* NULL until the guest has named it */
	bool is_done;		 /* the guest waits for an order */
	bool is_lost;		 /* it did not come back from one */
	uint64_t delay_ns;	 /* what BENCH_REG_DELAY does */
	uint32_t timer_count;	 /* of the 8254: long enough for the guest to be ready for the interrupt */
	uint64_t deadlines[BENCH_SAMPLES_MAX];
	unsigned deadline_count;
};

/* Zero-initialised; must not move. `trace` must outlive it. */
int bench_machine_start(struct bench_machine *machine, const char *image, enum irqchip irqchip, uint64_t memory,
			const char *trace, struct error *error);
void bench_machine_end(struct bench_machine *machine);

/* Runs the guest until it has done what it was told. */
int bench_machine_run(struct bench_machine *machine, struct error *error);

struct bench_order {
	enum bench_crossing crossing;
	enum bench_logging logging;
	uint64_t iterations; /* crossings in a sample */
	unsigned count;	     /* of samples */
	unsigned processes, bytes;
};

/*
 * `count` samples of `iterations` crossings each, in TSC ticks; of TIMER_*, ticks from the host's deadline to the
 * end of the sample.
 */
int bench_machine_measure(struct bench_machine *machine, const struct bench_order *order, int64_t *ticks,
			  struct error *error);

#endif

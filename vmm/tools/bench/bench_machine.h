/* SPDX-License-Identifier: MIT */
/*
 * The machine of `vmm bench`: the board and the run loop of `vmm run` with the bench device added, running guest/bench.
 * The guest takes one order at a time, so the caller decides which crossings are measured next to each other. Called by
 * bench_session.c and bench_measure.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_MACHINE_H
#define VMM_TOOLS_BENCH_BENCH_MACHINE_H

#include "machine/loop.h"
#include "ringside/bench.h"
#include "text/exit_stat.h"

/* What the VMM does at every exit besides handling the exit. */
enum bench_logging {
	BENCH_LOG_FLIGHT, /* the flight recorder alone, as `vmm run` without options */
	BENCH_LOG_STATS,  /* with --stats */
	BENCH_LOG_FILE,	  /* with --trace=FILE */
	BENCH_LOG_BARE,	  /* nothing, and does not handle the exit either: KVM_RUN in a loop; only for BENCH_REG_SINK */
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
	struct exit_stat stat;
	struct trace_writer writer;
	struct trace_clock clock;
	const char *trace;	 /* a file that may be written for BENCH_LOG_FILE */
	struct bench_page *page; /* NULL until the guest has named it */
	bool is_done;		 /* the guest waits for an order */
	bool is_lost;		 /* the guest did not come back from an order */
	struct error loss;	 /* why, when it is lost */
	uint64_t delay_ns;	 /* how long a write to BENCH_REG_DELAY takes */
	uint32_t timer_count;	 /* count of the 8254, long enough for the guest to be ready for the interrupt */
	uint64_t deadlines[BENCH_SAMPLES_MAX]; /* that the 8254 was set to in this batch, CLOCK_MONOTONIC ns */
	unsigned deadline_count;
};

/*
 * Starts the guest `image` with so many bytes of memory. `machine` is zero-initialised and must not move; `trace`, a
 * file that may be written, must outlive it.
 */
int bench_machine_start(struct bench_machine *machine, const char *image, enum irqchip irqchip, uint64_t memory,
			const char *trace, struct error *error);
void bench_machine_end(struct bench_machine *machine);

/* One batch of samples. */
struct bench_order {
	enum bench_crossing crossing;
	enum bench_logging logging;
	uint64_t iterations; /* crossings in a sample */
	unsigned count;	     /* of samples */
	unsigned processes;  /* that are switched between */
	unsigned bytes;	     /* of the working set of each process */
};

/*
 * Has the guest measure a batch: puts the TSC ticks of order->count samples into `ticks`. For the crossings
 * BENCH_TIMER_* these are the ticks from the host's deadline to the end of the sample.
 */
int bench_machine_measure(struct bench_machine *machine, const struct bench_order *order, int64_t *ticks,
			  struct error *error);

#endif

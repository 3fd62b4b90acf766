/* SPDX-License-Identifier: MIT */
/* The state of one run, and what `vmm run` reports on stderr after it. Used by run/run.c. */
#ifndef VMM_RUN_SUMMARY_H
#define VMM_RUN_SUMMARY_H

#include "debug/count.h"
#include "host/console.h"
#include "kvm/vcpu.h"
#include "machine/board.h"
#include "machine/loop.h"
#include "run/options.h"
#include "text/exit_stat.h"
#include "text/text.h"

/* The state of one run. Must be zero-initialised and must not move, because its parts point at each other. */
struct run {
	struct kvm kvm;
	struct vm vm;
	struct vcpu vcpu;
	struct memory memory;
	struct board board;
	struct loop loop;
	struct counter counter;
	struct trace_clock clock;
	struct trace_writer writer;
	int image, initrd;	 /* descriptors, open for run_load_symbols(); -1 = not open */
	struct symbols *symbols; /* NULL until run_load_symbols() */
	struct recorder recorder;
	struct record_watcher watcher;
	struct text_printer *printer; /* for --trace; NULL = none */
	struct trace_stat stat;	      /* for --stats */
	bool wants_stat;	      /* `stat` is in use */
	struct console console;
};

/* Reads the symbols of image and initrd into run->symbols, unless it has done so before. */
void run_load_symbols(struct run *run, const struct run_options *options);

/* Completes the trace, prints on stderr every report that the options ask for, and returns the exit status. */
int run_report(struct run *run, const struct run_options *options);

#endif

/* SPDX-License-Identifier: MIT */
/* A run, and what `vmm run` says on stderr when it is over. */
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

/* All of one run. Zero-initialised; the parts point at each other. */
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
	int image, initrd; /* open, for the symbols: in the sandbox nothing can be opened; initrd -1 = none given */
	struct symbols *symbols; /* NULL until somebody needs them */
	struct recorder recorder;
	struct record_watcher watcher;
	struct text_printer *printer; /* --trace; NULL = none */
	struct trace_stat stat;	      /* --stats */
	bool wants_stat;
	struct console console;
};

/* Reads the names of addresses, once. */
void run_load_symbols(struct run *run, const struct run_options *options);

/* Ends the trace, prints every report asked for, and returns the exit status. */
int run_report(struct run *run, const struct run_options *options);

#endif

/* SPDX-License-Identifier: MIT */
/* All objects of one run of `vmm run`. run/run.c builds them and runs the guest; run/summary.c reports from them. */
#ifndef VMM_RUN_RUN_STATE_H
#define VMM_RUN_RUN_STATE_H

#include "debug/counter.h"
#include "host/absences.h"
#include "host/console.h"
#include "kvm/vcpu.h"
#include "machine/board.h"
#include "machine/loop.h"
#include "run/options.h"
#include "text/exit_stat.h"
#include "text/text.h"

/* Must be zero-initialised and must not move, because its parts point at each other. */
struct run {
	struct run_options options; /* parsed first; nothing changes them later */
	struct tty_style style;	    /* of what is printed to stderr */
	struct kvm kvm;
	struct vm vm;
	struct vcpu vcpu;
	struct memory memory;
	struct board board;
	struct loop loop;
	struct counter counter; /* for --count-ring0 */
	struct trace_clock clock;
	struct absences absences;			 /* of this thread, for a trace */
	struct file_counter counters[VCPU_COUNTERS_MAX]; /* of KVM */
	size_t counter_count;
	int counters_fd;       /* where they are read; -1 = nowhere */
	struct file_host host; /* what the host said of this thread before the run */
	int64_t tsc_change;    /* ticks by which the guest has changed its TSC, so that its events have wrong times */
	struct trace_writer writer; /* for --trace=FILE; in use when recorder.writer points here */
	int image, initrd;	    /* descriptors of the files, open for run_load_symbols(); -1 = not open */
	struct symbols *symbols;    /* NULL until run_load_symbols() */
	struct recorder recorder;
	struct record_watcher watcher; /* feeds `printer` and `stat` */
	struct text_printer *printer;  /* for --trace; NULL = none */
	struct exit_stat stat;	       /* for --stats */
	bool wants_stat;	       /* options.stats != STATS_NONE, as a byte, because every record asks */
	struct console console;
	struct chardev chardev; /* the serial line's host side: `console` and standard input */
};

#endif

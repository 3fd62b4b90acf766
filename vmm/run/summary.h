/* SPDX-License-Identifier: MIT */
/* What `vmm run` prints on stderr after a run: lost output, crash report, statistics, summary. Called by run/run.c. */
#ifndef VMM_RUN_SUMMARY_H
#define VMM_RUN_SUMMARY_H

#include "run/run_state.h"

/*
 * Reads the symbols of image and initrd into run->symbols, unless an earlier call has done so. Called before the run
 * for a trace, and after the run for a crash report.
 */
void run_load_symbols(struct run *run);

/*
 * Completes the trace, prints every report that run->options asks for, and returns the exit status (RINGSIDE_STATUS_*).
 */
int run_report(struct run *run);

#endif

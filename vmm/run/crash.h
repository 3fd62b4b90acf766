/* SPDX-License-Identifier: MIT */
/*
 * The crash report: what a kernel developer wants to see when the guest has died. Printed by `vmm run`
 * after the run, from the vCPU's last registers, guest memory and the flight recorder.
 */
#ifndef VMM_RUN_CRASH_H
#define VMM_RUN_CRASH_H

#include <linux/kvm.h>
#include <stdio.h>

#include "machine/board.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"

struct crash {
	const struct board *board;
	const struct recorder *recorder;
	const struct kvm_run *run;
	const struct trace_clock *clock;
	const struct symbols *symbols; /* may be NULL */
	int failure;		       /* errno of KVM_RUN, for ENDING_RUN_FAILURE */
};

void crash_report(const struct crash *crash, FILE *out);

#endif

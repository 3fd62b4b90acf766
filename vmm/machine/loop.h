/* SPDX-License-Identifier: MIT */
/*
 * The run loop: enter the guest, handle the exit, append its record, enter again. Called by run/run.c. This is the
 * VMM's hot path: one ioctl for each exit, and another system call only when a device needs one or the guest waits.
 */
#ifndef VMM_MACHINE_LOOP_H
#define VMM_MACHINE_LOOP_H

#include "host/absences.h"
#include "host/console.h"
#include "kvm/vcpu.h"
#include "machine/board.h"
#include "record/recorder.h"

/* Callbacks of code that single-steps the guest (debug/counter.c), called at fixed points of each exit. */
struct stepper {
	/* Called before an exit is handled; may correct run->exit_reason. */
	void (*exited)(void *context, struct kvm_run *run);
	/* Returns whether a pending interrupt may be injected before the next entry. */
	bool (*may_inject)(void *context, const struct kvm_run *run);
	/* Called after an exit was handled and recorded. */
	void (*entering)(void *context, const struct kvm_run *run);
	/* Called when the run has ended. */
	void (*ended)(void *context);
	void *context;
};

struct loop {
	struct vcpu *vcpu;
	struct board *board;
	struct recorder *recorder;
	struct console *console;
	const struct stepper *stepper; /* NULL = none */
	struct absences *absences;     /* those of the thread; NULL = they are not recorded */
	uint64_t entry, exit;	       /* TSC before and after the last KVM_RUN */
	uint64_t told;		       /* TSC of the last absence or exit of KVM's that is in the records */
	struct time_away waited;       /* the same where the kernel tells only sums; its `ticks` are 0 = none */
	uint64_t left;		       /* where it does: TSC of the last exit */
	uint64_t slept, woken;	       /* TSC before and after the last sleep of a halted guest */
	uint64_t periods;	       /* of the 8254, that records tell of: raised and coalesced */
	bool halts_in_kernel;	       /* KVM emulates a local APIC, so a halted guest waits inside KVM_RUN */
	bool is_flush_due;	       /* DEADLINE_FLUSH is set for text in the console's buffer */
	int failure;		       /* errno that ended the run as ENDING_RUN_FAILURE or ENDING_HOST_FAILURE */
};

/* Runs the guest until board->ending is not ENDING_NONE. The vCPU is attached to kicks (host/kick.h) meanwhile. */
void loop_run(struct loop *loop);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The run loop: enter the guest, take the exit apart, put it on record, enter again. The hot path of the
 * VMM: one ioctl an exit, and no other system call unless a device or the guest's waiting asks for it.
 */
#ifndef VMM_MACHINE_LOOP_H
#define VMM_MACHINE_LOOP_H

#include "host/console.h"
#include "kvm/vcpu.h"
#include "machine/board.h"
#include "record/recorder.h"

/* Whoever executes the guest step by step (debug/), asked at fixed points of each exit. */
struct stepper {
	void (*exited)(void *context, struct kvm_run *run); /* not handled yet: may put the exit reason right */
	/* An interrupt waits: whether it may be injected now, if the vCPU can take it. */
	bool (*may_inject)(void *context, const struct kvm_run *run);
	void (*entering)(void *context, const struct kvm_run *run); /* handled and on record */
	void (*ended)(void *context);				    /* the run is over */
	void *context;
};

struct loop {
	struct vcpu *vcpu;
	struct board *board;
	struct recorder *recorder;
	struct console *console;
	const struct stepper *stepper; /* NULL = none */
	bool halts_in_kernel;	       /* a halted guest waits inside KVM_RUN: there is a local APIC */
	bool is_flush_due;	       /* there: a deadline is set for what lies in the console's buffer */
	int failure;		       /* errno that ended the run as ENDING_RUN_FAILURE or ENDING_HOST_FAILURE */
};

/* Runs the guest until board->ending says how it ended. The vCPU gets the process's kicks meanwhile. */
void loop_run(struct loop *loop);

#endif

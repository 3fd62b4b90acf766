/* SPDX-License-Identifier: MIT */
/*
 * The run loop: enter the guest, take the exit apart, put it on record, enter again. The hot path of the
 * VMM: one ioctl an exit, and no other system call unless a device or the guest's waiting asks for it.
 */
#ifndef VMM_MACHINE_LOOP_H
#define VMM_MACHINE_LOOP_H

#include "debug/count.h"
#include "host/console.h"
#include "kvm/vcpu.h"
#include "machine/board.h"
#include "machine/journal.h"

struct loop {
	struct vcpu *vcpu;
	struct board *board;
	struct journal *journal;
	struct console *console;
	struct counter *counter; /* --count-ring0; NULL = off */
	bool halts_in_kernel;	 /* a halted guest waits inside KVM_RUN: there is a local APIC */
	bool is_flush_due;	 /* then: a kick is on its way for what lies in the console's buffer */
	int failure;		 /* errno that ended the run as ENDING_RUN_FAILURE or ENDING_HOST_FAILURE */
};

/* Runs the guest until board->ending says how it ended. */
void loop_run(struct loop *loop);

#endif

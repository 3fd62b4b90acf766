/* SPDX-License-Identifier: MIT */
/*
 * One exit handled: a function of struct kvm_run and the board, without any ioctl, so that unit tests
 * feed it exits of their own making.
 */
#ifndef VMM_MACHINE_EXIT_H
#define VMM_MACHINE_EXIT_H

#include <linux/kvm.h>

#include "machine/board.h"
#include "record/record.h"

enum outcome {
	OUTCOME_CONTINUE, /* enter the guest again */
	OUTCOME_HALT,	  /* the guest waits for an interrupt */
	OUTCOME_END,	  /* the run is over: board->ending says how */
};

/*
 * Handles the exit that `run` describes and fills in `record`, whose tsc and entry the caller has set.
 * The registers are in run->s.regs.
 */
enum outcome machine_handle_exit(struct board *board, struct kvm_run *run, struct exit_record *record);

#endif

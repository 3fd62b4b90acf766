/* SPDX-License-Identifier: MIT */
/*
 * The handling of one exit, called by machine/loop.c: a function of struct kvm_run and the board that makes no ioctl,
 * so that unit tests can call it with exits that they make up.
 */
#ifndef VMM_MACHINE_EXIT_H
#define VMM_MACHINE_EXIT_H

#include <linux/kvm.h>

#include "machine/board.h"
#include "record/record.h"

enum outcome {
	OUTCOME_CONTINUE, /* enter the guest again */
	OUTCOME_HALT,	  /* the guest waits for an interrupt */
	OUTCOME_END,	  /* the run has ended: board->ending says why */
};

/*
 * Handles the exit that `run` describes, with the registers in run->s.regs, and fills in `record`, in which the caller
 * has set `tsc` and `entry`.
 */
enum outcome machine_handle_exit(struct board *board, struct kvm_run *run, struct exit_record *record);

#endif

/* SPDX-License-Identifier: MIT */
/* Lending an address space and giving it back; each of the two may end before the other. */
#include "kernel/memory/lent_space.h"

#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"

static void move_space(struct process *to, struct process *from)
{
	to->space = from->space;
	from->space = (struct space){0};
}

void space_lend(struct process *child)
{
	child->lender = current;
	current->borrower = child;
	move_space(child, current);
}

void space_wait_for_return(void)
{
	while (current->borrower != NULL && signals_fatal(&current->signals) == 0)
		process_block(BORROWER);
}

void space_leave(struct process *process)
{
	struct process *lender = process->lender, *borrower = process->borrower;

	if (lender == NULL && borrower == NULL) {
		space_free(&process->space);
		return;
	}
	process->lender = process->borrower = NULL;
	if (borrower != NULL)
		borrower->lender = lender;
	if (lender != NULL)
		lender->borrower = borrower;
	if (borrower != NULL)
		return;
	move_space(lender, process);
	process_wake(lender);
}

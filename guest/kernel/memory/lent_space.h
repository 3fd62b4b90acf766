/* SPDX-License-Identifier: MIT */
/*
 * vfork(2): the parent lends its address space to the child until the child calls execve or ends, and waits meanwhile.
 * struct space is moved, so the lender has none, and everything that a process does is done to the space it has.
 */
#ifndef GUEST_KERNEL_MEMORY_LENT_SPACE_H
#define GUEST_KERNEL_MEMORY_LENT_SPACE_H

struct process;

/* Moves the space of the current process to its new child. */
void space_lend(struct process *child);

/* Blocks the current process, which has lent its space, until it has it again. Signals wait, too; but one may end the
 * process. */
void space_wait_for_return(void);

/*
 * A process needs its space no more, because it ends or runs another program: the space is given back to the lender, or
 * if there is none freed. A space that the process has lent itself goes to its own lender in the end. CR3 points
 * elsewhere.
 */
void space_leave(struct process *process);

#endif

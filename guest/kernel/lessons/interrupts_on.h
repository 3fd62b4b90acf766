/* SPDX-License-Identifier: MIT */
/*
 * irqs=on: system calls during which interrupts come, and which they can take the CPU from. By default interrupts are
 * off in the kernel from the trap to the return-from-trap (docs/ostep.md, "Worried about concurrency?").
 */
#ifndef GUEST_KERNEL_LESSONS_INTERRUPTS_ON_H
#define GUEST_KERNEL_LESSONS_INTERRUPTS_ON_H

/* Makes system calls interruptible. lessons_begin calls this once, before a process runs. */
void interrupts_on(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Around code that an interrupt may come in, and another process run before the code goes on. It must hold nothing: no
 * list half changed, no page that only a register knows. With irqs=off these do nothing.
 */
#ifndef GUEST_KERNEL_LESSONS_INTERRUPTIBLE_H
#define GUEST_KERNEL_LESSONS_INTERRUPTIBLE_H

#include "kernel/boot/kernel_options.h"

static inline void interruptible_begin(void)
{
	if (options.irqs_on)
		__asm__ volatile("sti" : : : "memory");
}

static inline void interruptible_end(void)
{
	if (options.irqs_on)
		__asm__ volatile("cli" : : : "memory");
}

#endif

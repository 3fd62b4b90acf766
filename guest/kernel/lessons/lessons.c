/* SPDX-License-Identifier: MIT */
/* Begins the lessons that the options choose. */
#include "kernel/lessons/lessons.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/lessons/break_step.h"
#include "kernel/lessons/interrupts_on.h"

void lessons_begin(void)
{
	if (options.irqs_on)
		interrupts_on();
	break_step(options.broken);
}

/* SPDX-License-Identifier: MIT */
/* "HZ N" on the command line: ticks at HZ interrupt a loop without exits; powers off after N ticks. */
#include "image.h"
start:
	command_line
	number	%ebx, 100
	number	%edi, 10
	set_up_interrupts
	handle	IRQ_TIMER, tick
	timer_count %ebx
	start_timer PIT_RATE_GENERATOR
	sti
1:	jmp	1b

tick:
	dec	%edi
	jz	2f
	return_from_interrupt
2:	power_off $0

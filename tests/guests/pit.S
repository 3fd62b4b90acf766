/* SPDX-License-Identifier: MIT */
/* "HZ N" on the command line: waits in HLT for N ticks of the 8254 at HZ, and prints "ticks" at the end. */
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
1:	hlt
	test	%edi, %edi
	jg	1b		/* several late ticks in a row can take EDI below 0 */
	cli
	say	"ticks\n"
	power_off $0

tick:
	dec	%edi
	return_from_interrupt

/* SPDX-License-Identifier: MIT */
/* Halts with interrupts on but no source of interrupts: only a timeout or a signal ends the run. */
#include "image.h"
start:
	set_up_interrupts
	sti
1:	hlt
	jmp	1b

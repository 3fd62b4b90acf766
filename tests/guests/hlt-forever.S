/* SPDX-License-Identifier: MIT */
/* Halts with interrupts on and no source of any: only a timeout or a signal ends it. */
#include "image.h"
start:
	set_up_interrupts
	sti
1:	hlt
	jmp	1b

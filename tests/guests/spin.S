/* SPDX-License-Identifier: MIT */
/*
 * Loops for ever without an exit. With interrupts on, though none comes: Bochs, as a host, takes no interrupt
 * of its own while a guest loops with them off.
 */
#include "image.h"
start:
	sti
1:	jmp	1b

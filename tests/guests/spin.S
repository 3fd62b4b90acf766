/* SPDX-License-Identifier: MIT */
/*
 * Loops for ever without an exit. With interrupts on, for the sake of Bochs: as a host it takes no
 * interrupt of its own while a guest that has them off loops.
 */
#include "image.h"
start:
	sti
1:	jmp	1b

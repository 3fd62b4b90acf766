/* SPDX-License-Identifier: MIT */
/*
 * Loops for ever with interrupts off and without an exit. They are on for an instant first: Bochs, as a
 * host, takes no interrupt of its own while a guest that was entered with them off keeps them off.
 */
#include "image.h"
start:
	sti
	cli
1:	jmp	1b

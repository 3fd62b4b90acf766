/* SPDX-License-Identifier: MIT */
/* Halts with interrupts off: nothing can ever wake it. */
#include "image.h"
start:
	cli
	hlt
	power_off $1

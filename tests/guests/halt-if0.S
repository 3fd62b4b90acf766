/* SPDX-License-Identifier: MIT */
/* Halts with interrupts off, so that nothing can ever wake the vCPU. */
#include "image.h"
start:
	cli
	hlt
	power_off $1

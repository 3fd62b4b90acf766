/* SPDX-License-Identifier: MIT */
/* Loops for ever without an exit. */
#include "image.h"
start:
	jmp	start

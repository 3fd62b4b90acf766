/* SPDX-License-Identifier: MIT */
/* Resets the machine: by the keyboard controller (0 on the command line), port 0xcf9 (1) or port 0x92 (2). */
#include "image.h"
start:
	command_line
	number	%edi, 0
	cmp	$1, %edi
	je	1f
	ja	2f
	outb_to 0x64, 0xfe
1:	outb_to 0xcf9, 0x06
2:	outb_to 0x92, 0x01
	power_off $111

/* SPDX-License-Identifier: MIT */
/* As many one-byte port writes as the command line says (0 is 2^32 of them, an hour or more; 100000 without one), then power-off. */
#include "image.h"
start:
	command_line
	number	%ecx, 100000
	mov	$UNOWNED_PORT, %edx
1:	out	%al, %dx
	dec	%ecx
	jnz	1b
	power_off $0

/* SPDX-License-Identifier: MIT */
/* Makes as many one-byte port writes as the command line says (default 100000; 0 means 2^32), then powers off. */
#include "image.h"
start:
	command_line
	number	%ecx, 100000
	mov	$UNOWNED_PORT, %edx
1:	out	%al, %dx
	dec	%ecx
	jnz	1b
	power_off $0

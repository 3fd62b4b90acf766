/* SPDX-License-Identifier: MIT */
/* Writes as many lines of 50 bytes to COM1 as the command line says (default 2000), an exit per byte; powers off. */
#include "image.h"
start:
	command_line
	number	%ebx, 2000
	mov	$COM1, %edx
1:	mov	$49, %ecx
	mov	$'x', %al
2:	out	%al, %dx
	dec	%ecx
	jnz	2b
	mov	$'\n', %al
	out	%al, %dx
	dec	%ebx
	jnz	1b
	power_off $0

/* SPDX-License-Identifier: MIT */
/*
 * Looks for QEMU's fw_cfg as firmware and kernels do: selects the signature by a 16-bit write to port 0x510 and reads
 * bytes from 0x511. Ends with status 0 if there is none, 1 if the four bytes are "QEMU".
 */
#include "image.h"

#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_SIGNATURE 0x0000

start:	mov	$FW_CFG_SELECTOR, %edx
	mov	$FW_CFG_SIGNATURE, %eax
	out	%ax, %dx
	mov	$FW_CFG_DATA, %edx
	mov	$4, %ecx
	xor	%ebx, %ebx
1:	in	%dx, %al
	shl	$8, %ebx
	mov	%al, %bl
	dec	%ecx
	jnz	1b
	cmp	$0x51454d55, %ebx
	fail_if e, 1
	power_off $0

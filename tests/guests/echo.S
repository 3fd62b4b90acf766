/* SPDX-License-Identifier: MIT */
/*
 * Sends back what COM1 receives, up to and including the first 'q', and powers off. Waits for the receive interrupt in
 * HLT, or, with 1 on the command line, polls the line status register.
 */
#include "image.h"
start:
	command_line
	number	%edi, 0
	set_up_interrupts
	outb_to COM1_FCR, 1
	test	%edi, %edi
	jnz	2f
	handle	IRQ_SERIAL, received
	outb_to COM1_MCR, 0x08 /* OUT2 lets the interrupt reach the bus */
	outb_to COM1_IER, 0x01 /* enables the received-data interrupt */
	sti
1:	hlt
	jmp	1b
2:	call	drain
	jmp	2b

received:
	call	drain
	return_from_interrupt

drain:
	mov	$COM1_LSR, %edx
	in	%dx, %al
	test	$LSR_DATA_READY, %al
	jz	3f
	mov	$COM1, %edx
	in	%dx, %al
	out	%al, %dx
	cmp	$'q', %al
	jne	drain
	power_off $0
3:	ret

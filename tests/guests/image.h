/* SPDX-License-Identifier: MIT */
/*
 * Shared by the tiny test images: the PVH note, the entry, power-off, serial output, numbers from the command line,
 * interrupts. Every image includes this file first; macros that are not used add no code.
 *
 * An image starts in 32-bit protected mode with flat segments and interrupts off. It powers off with a status: 0 means
 * that everything was as expected, the image documents the others.
 */
#include "ringside/device.h"
#include "ringside/pvh.h"

#define COM1 0x3f8
#define COM1_IER (COM1 + 1)
#define COM1_FCR (COM1 + 2)
#define COM1_MCR (COM1 + 4)
#define COM1_LSR (COM1 + 5)
#define LSR_DATA_READY 0x01

#define PIC_MASTER 0x20
#define PIC_SLAVE 0xa0
#define PIT_CHANNEL0 0x40
#define PIT_CONTROL 0x43
#define PIT_FREQUENCY 1193182
#define PIT_RATE_GENERATOR 0x34 /* channel 0, both bytes, mode 2 */
#define PIT_ONE_SHOT 0x30	/* channel 0, both bytes, mode 0 */

#define DEBUG_EXIT 0xf4
#define UNOWNED_PORT 0x700
#define UNOWNED_MEMORY 0xd0000000

#define IRQ_BASE 32
#define IRQ_TIMER 0
#define IRQ_SERIAL 4

	.section .note.pvh, "a", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, PVH_NOTE_PHYS32_ENTRY
1:	.asciz	PVH_NOTE_NAME
2:	.balign	4
3:	.quad	start
4:

	.text
	.code32
	.globl	start

/* Powers off with \status, a constant or a register. */
.macro power_off status
	mov	\status, %eax
	mov	$(RINGSIDE_PORT + RINGSIDE_REG_POWEROFF), %edx
	out	%eax, %dx
.endm

/* Powers off with \status if \condition (of a conditional jump) holds. */
.macro fail_if condition, status
	j\condition 9990f
	jmp	9991f
9990:	power_off $\status
9991:
.endm

.macro outb_to port, value
	mov	$\port, %edx
	mov	$\value, %al
	out	%al, %dx
.endm

/* Writes a string to COM1, an exit for each byte. Changes EAX, EDX, ESI. */
.macro say text
	.pushsection .rodata
9992:	.asciz	"\text"
	.popsection
	mov	$9992b, %esi
	mov	$COM1, %edx
9993:	lodsb
	test	%al, %al
	jz	9994f
	out	%al, %dx
	jmp	9993b
9994:
.endm

/* Points ESI to the command line, or to an empty string if there is no start info (EBX is 0). */
.macro command_line
	.pushsection .rodata
9995:	.byte	0
	.popsection
	mov	$9995b, %esi
	test	%ebx, %ebx
	jz	9996f
	mov	PVH_START_INFO_CMDLINE(%ebx), %esi
9996:
.endm

/* Reads the decimal number at ESI, and the character after it, into \register; \default if there is none. */
.macro number register, default
	mov	$\default, %eax
	movzbl	(%esi), %ecx
	sub	$'0', %ecx
	cmp	$9, %ecx
	ja	9998f
	xor	%eax, %eax
9997:	imul	$10, %eax
	add	%ecx, %eax
	inc	%esi
	movzbl	(%esi), %ecx
	sub	$'0', %ecx
	cmp	$9, %ecx
	jbe	9997b
	cmpb	$0, (%esi)
	je	9998f
	inc	%esi
9998:	mov	%eax, \register
.endm

/* Sets ESP: PVH provides no stack. */
.macro set_up_stack
	.pushsection .bss
	.balign	16
	.skip	4096
stack_top:
	.popsection
	mov	$stack_top, %esp
.endm

/* Sets up a stack, a GDT, an IDT, and the 8259A pair at IRQ_BASE with automatic EOI and all inputs masked. */
.macro set_up_interrupts
	.pushsection .data
	.balign	8
gdt:	.quad	0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdtr:	.word	. - gdt - 1
	.long	gdt
idtr:	.word	idt_end - idt - 1
	.long	idt
	.popsection
	.pushsection .bss
	.balign	16
idt:	.skip	8 * (IRQ_BASE + 16)
idt_end:
	.popsection
	set_up_stack
	lgdt	gdtr
	ljmp	$8, $9999f
9999:	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lidt	idtr
	outb_to PIC_MASTER, 0x11 /* ICW1: cascade, ICW4 follows */
	outb_to PIC_MASTER+1, IRQ_BASE
	outb_to PIC_MASTER+1, 4 /* slave on input 2 */
	outb_to PIC_MASTER+1, 3 /* 8086 mode, automatic EOI */
	outb_to PIC_SLAVE, 0x11
	outb_to PIC_SLAVE+1, IRQ_BASE+8
	outb_to PIC_SLAVE+1, 2
	outb_to PIC_SLAVE+1, 3
	outb_to PIC_MASTER+1, 0xff
	outb_to PIC_SLAVE+1, 0xff
.endm

/* Sets the handler of interrupt \irq and unmasks only this interrupt. */
.macro handle irq, handler
	mov	$\handler, %eax
	mov	%ax, idt + 8 * (IRQ_BASE + \irq)
	movw	$8, idt + 8 * (IRQ_BASE + \irq) + 2
	movw	$0x8e00, idt + 8 * (IRQ_BASE + \irq) + 4 /* present, 32-bit interrupt gate */
	shr	$16, %eax
	mov	%ax, idt + 8 * (IRQ_BASE + \irq) + 6
	outb_to PIC_MASTER+1, (0xff & ~(1 << \irq))
.endm

/*
 * Does what IRET to the same privilege level does, without IRET: KVM's emulator, which runs ring 0 on some hosts, has
 * IRET only in real and long mode. The frame EIP, CS, EFLAGS becomes EFLAGS, EIP.
 */
.macro return_from_interrupt
	push	%eax
	mov	4(%esp), %eax
	xchg	%eax, 12(%esp)
	mov	%eax, 8(%esp)
	pop	%eax
	lea	4(%esp), %esp
	popf
	ret
.endm

/* Starts channel 0 of the 8254 with the count in ECX. */
.macro start_timer mode
	outb_to PIT_CONTROL, \mode
	mov	%ecx, %eax
	mov	$PIT_CHANNEL0, %edx
	out	%al, %dx
	mov	%ah, %al
	out	%al, %dx
.endm

/* Sets ECX to the count for \hz ticks per second. */
.macro timer_count hz
	mov	$PIT_FREQUENCY, %eax
	xor	%edx, %edx
	divl	\hz
	mov	%eax, %ecx
.endm

/* SPDX-License-Identifier: MIT */
/* The 8259A pair, which brings devices' interrupts (IRQ 0 to 15) to the CPU, as vectors from RINGSIDE_IRQ_BASE on. */
#ifndef GUEST_KERNEL_DEVICES_INTERRUPT_CONTROLLER_H
#define GUEST_KERNEL_DEVICES_INTERRUPT_CONTROLLER_H

/* The IRQs that this kernel uses. */
enum { TIMER_IRQ = 0, SERIAL_IRQ = 4 };

void pic_init(void);

/* Sets the pair up as one that wants an end of interrupt (EOI), which this kernel never sends (break=eoi). */
void pic_leave_out_eoi(void);

/* Lets the interrupts of this IRQ through from now on. */
void pic_enable(unsigned irq);

/* Takes an interrupt that waits, while the CPU's interrupts are off. Its IRQ, which the caller handles; -1 = none. */
int pic_poll(void);

#endif

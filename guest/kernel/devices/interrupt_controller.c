/* SPDX-License-Identifier: MIT */
/* The 8259A pair. Source: 8259A datasheet (ICW1-4, OCW1, OCW3). */
#include "kernel/devices/interrupt_controller.h"

#include <stdint.h>

#include "kernel/devices/instructions.h"
#include "kernel/lib/compiler.h"
#include "ringside/traps.h"

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0, PIC_DATA = 1 };
enum { ICW1_INIT_ICW4 = 0x11, ICW4_8086 = 0x01, ICW4_8086_AUTO_EOI = 0x03, CASCADE_IRQ = 2 };

static uint8_t enabled_master = 1 << CASCADE_IRQ, enabled_slave;

static ALWAYS_INLINE void initialize(uint8_t icw4)
{
	out8(PIC_MASTER, ICW1_INIT_ICW4);
	out8(PIC_MASTER + PIC_DATA, RINGSIDE_IRQ_BASE);
	out8(PIC_MASTER + PIC_DATA, 1 << CASCADE_IRQ);
	out8(PIC_MASTER + PIC_DATA, icw4);
	out8(PIC_SLAVE, ICW1_INIT_ICW4);
	out8(PIC_SLAVE + PIC_DATA, RINGSIDE_IRQ_BASE + 8);
	out8(PIC_SLAVE + PIC_DATA, CASCADE_IRQ);
	out8(PIC_SLAVE + PIC_DATA, icw4);
	out8(PIC_MASTER + PIC_DATA, (uint8_t)~enabled_master);
	out8(PIC_SLAVE + PIC_DATA, (uint8_t)~enabled_slave);
}

void pic_init(void)
{
	/* Automatic end of interrupt: a tick needs no further exit to acknowledge it. */
	initialize(ICW4_8086_AUTO_EOI);
}

void pic_leave_out_eoi(void)
{
	initialize(ICW4_8086);
}

void pic_enable(unsigned irq)
{
	if (irq < 8) {
		enabled_master |= (uint8_t)(1 << irq);
		out8(PIC_MASTER + PIC_DATA, (uint8_t)~enabled_master);
	} else {
		enabled_slave |= (uint8_t)(1 << (irq - 8));
		out8(PIC_SLAVE + PIC_DATA, (uint8_t)~enabled_slave);
	}
}

int pic_poll(void)
{
	enum { OCW3_POLL = 0x0c, POLLED = 0x80, INPUT = 7 };

	out8(PIC_MASTER, OCW3_POLL); /* datasheet, "poll command": the next read acknowledges */
	uint8_t polled = in8(PIC_MASTER);
	return polled & POLLED ? polled & INPUT : -1;
}

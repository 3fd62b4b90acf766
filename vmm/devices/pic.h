/* SPDX-License-Identifier: MIT */
/*
 * The 8259A pair of a PC: master at 0x20, slave at 0xa0 on input 2, edge/level registers at 0x4d0.
 * Devices drive its inputs, the board asks for a vector when the vCPU takes an interrupt.
 */
#ifndef VMM_DEVICES_PIC_H
#define VMM_DEVICES_PIC_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/i8259.h"

struct pic {
	struct i8259 master, slave;
	uint64_t taken[8]; /* interrupts the vCPU has taken from each input of the master */
};

void pic_init(struct pic *pic);
int pic_attach(struct pic *pic, struct bus *ports, struct error *error);

/* Sets input 0-15 of the pair `owner` high or low; has the shape of struct line's `set`. Input 2 belongs to the slave.
 */
void pic_set_input(void *owner, unsigned input, bool level);

/* Whether the INT pin is high: an interrupt waits that the vCPU would get. */
bool pic_pending(const struct pic *pic);

/* The vCPU's INTA cycle: takes the interrupt and returns its vector (a spurious one if it has gone). */
uint8_t pic_acknowledge(struct pic *pic);

#endif

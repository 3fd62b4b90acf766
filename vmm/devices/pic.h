/* SPDX-License-Identifier: MIT */
/*
 * The 8259A pair of a PC: master at 0x20, slave at 0xa0 on input 2, edge/level registers at 0x4d0.
 * Devices drive its inputs, the run loop asks for a vector when the vCPU takes an interrupt.
 * Source: Intel 8259A datasheet; Intel 82371AB (PIIX4) datasheet for what a PC makes of the chip: ELCR instead
 * of LTIM, always 8086 mode.
 */
#ifndef VMM_DEVICES_PIC_H
#define VMM_DEVICES_PIC_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/device_model.h"

enum {
	I8259_INPUTS = 8,
	I8259_SPURIOUS = 7, /* what the chip answers when it is acknowledged and nothing asks */
	I8259_NONE = 255,   /* no input */
};

/* Where the chip is in its initialisation sequence: the ICW it waits for. */
enum i8259_state { I8259_READY, I8259_EXPECTS_ICW1, I8259_EXPECTS_ICW2, I8259_EXPECTS_ICW3, I8259_EXPECTS_ICW4 };

struct i8259 {
	uint8_t irr, isr, imr, lines; /* request, in service, mask, level of each input now */
	uint8_t elcr;		      /* 1 = level-triggered */
	uint8_t base;		      /* vector of input 0 (ICW2) */
	uint8_t cascade;	      /* ICW3 of a master: inputs that have a slave */
	uint8_t lowest;		      /* input of lowest priority */
	enum i8259_state state;
	bool needs_icw4, single, auto_eoi, rotate_on_auto_eoi, special_mask, special_nested, read_isr, poll;
};

struct pic {
	struct i8259 master, slave;
	uint64_t taken[8]; /* interrupts the vCPU has taken from each input of the master */
};

/* Sets input 0-15 of the pair `owner` high or low; has the shape of struct line's `set`. Input 2 belongs to the slave.
 */
void pic_set_input(void *owner, unsigned input, bool level);

/* Whether the INT pin is high: an interrupt waits that the vCPU would get. */
bool pic_pending(const struct pic *pic);

/* The vCPU's INTA cycle: takes the interrupt and returns its vector (a spurious one if it has gone). */
uint8_t pic_acknowledge(struct pic *pic);

#endif

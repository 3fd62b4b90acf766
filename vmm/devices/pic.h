/* SPDX-License-Identifier: MIT */
/*
 * The 8259A pair of a PC: master at 0x20, slave at 0xa0 on input 2, edge/level registers at 0x4d0.
 * Devices drive its inputs, the board asks for a vector when the vCPU takes an interrupt.
 * Source: Intel 8259A datasheet (ICW1-4, OCW1-3, fully nested, automatic EOI, poll, rotation).
 */
#ifndef VMM_DEVICES_PIC_H
#define VMM_DEVICES_PIC_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/bus.h"

struct pic_chip {
	uint8_t irr, isr, imr, lines; /* request, in service, mask, level of each input now */
	uint8_t elcr;		      /* 1 = level-triggered */
	uint8_t base;		      /* vector of input 0 (ICW2) */
	uint8_t lowest;		      /* input of lowest priority */
	uint8_t icw_expected;	      /* next initialisation word; 0 = operating */
	bool needs_icw4, single, auto_eoi, rotate_on_auto_eoi, special_mask, special_nested, read_isr, poll;
	bool is_slave;
};

struct pic {
	struct pic_chip master, slave;
};

void pic_init(struct pic *pic);
int pic_attach(struct pic *pic, struct bus *ports, struct error *error);

/* Sets input 0-15 of the pair high or low; has the shape of struct line's `set`. */
void pic_set_input(void *pic, unsigned input, bool level);

/* Whether the INT pin is high: an interrupt waits that the vCPU would get. */
bool pic_pending(const struct pic *pic);

/* The vCPU's INTA cycle: takes the interrupt and returns its vector (a spurious one if it has gone). */
uint8_t pic_acknowledge(struct pic *pic);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The pair of 8259A interrupt controllers of a PC: master at 0x20, slave at 0xa0 on the master's input 2, edge/level
 * registers at 0x4d0. Devices drive the inputs; the run loop asks for a vector when the vCPU takes an interrupt.
 * Source: Intel 8259A datasheet; Intel 82371AB (PIIX4) datasheet for the differences of a PC: edge or level is chosen
 * by the ELCR registers instead of LTIM, and the chip is always in 8086 mode.
 */
#ifndef VMM_DEVICES_PIC_H
#define VMM_DEVICES_PIC_H

#include <stdbool.h>
#include <stdint.h>

enum {
	I8259_INPUTS = 8,
	I8259_SPURIOUS = 7, /* the input that the chip reports when it is acknowledged without a request */
	I8259_NONE = 255,   /* no input */
};

/* The state of the initialisation sequence: which ICW the chip waits for. */
enum i8259_state { I8259_READY, I8259_EXPECTS_ICW1, I8259_EXPECTS_ICW2, I8259_EXPECTS_ICW3, I8259_EXPECTS_ICW4 };

struct i8259 {
	uint8_t irr, isr, imr, lines; /* per input: request, in service, masked, present level */
	uint8_t elcr;		      /* per input: 1 = level-triggered, 0 = edge-triggered */
	uint8_t base;		      /* vector of input 0 (ICW2) */
	uint8_t cascade;	      /* ICW3 of a master: mask of the inputs that a slave drives */
	uint8_t lowest;		      /* the input of lowest priority, set by rotation */
	enum i8259_state state;
	bool needs_icw4, single, auto_eoi, rotate_on_auto_eoi, special_mask, special_nested, read_isr, poll;
};

struct pic {
	struct i8259 master, slave;
	uint64_t taken[I8259_INPUTS]; /* interrupts that the vCPU has taken, by input of the master */
};

/*
 * Sets input 0-15 of the struct pic `owner` high or low. Has the type of struct line's `set`. Input 2 is ignored,
 * because the slave drives it.
 */
void pic_set_input(void *owner, unsigned input, bool level);

/* Whether the master's INT pin is high: an interrupt waits for the vCPU. */
bool pic_pending(const struct pic *pic);

/* The vCPU's INTA cycle: takes the waiting interrupt and returns its vector; the spurious vector if none waits. */
uint8_t pic_acknowledge(struct pic *pic);

#endif

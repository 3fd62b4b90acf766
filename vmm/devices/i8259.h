/* SPDX-License-Identifier: MIT */
/*
 * One 8259A interrupt controller: eight inputs, priorities, and the words that program it. Used by
 * devices/pic.c, which makes a PC's pair of two.
 * Source: Intel 8259A datasheet; Intel 82371AB (PIIX4) datasheet for what a PC makes of it: ELCR instead
 * of LTIM, always 8086 mode.
 */
#ifndef VMM_DEVICES_I8259_H
#define VMM_DEVICES_I8259_H

#include <stdbool.h>
#include <stdint.h>

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

void i8259_init(struct i8259 *chip);

/* The guest's accesses: port 0 (command) and 1 (data). A read while `poll` is set is not for here but an acknowledge.
 */
uint8_t i8259_read(const struct i8259 *chip, unsigned port);
void i8259_write(struct i8259 *chip, unsigned port, uint8_t value);

/* Chooses the level-triggered inputs. */
void i8259_set_elcr(struct i8259 *chip, uint8_t elcr);

void i8259_set_line(struct i8259 *chip, unsigned input, bool level);

/* The input that the INT pin is high for, or I8259_NONE. */
unsigned i8259_candidate(const struct i8259 *chip);

/* INTA, or a poll: takes the candidate into service and returns it, or I8259_NONE. */
unsigned i8259_acknowledge(struct i8259 *chip);

#endif

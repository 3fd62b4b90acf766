/* SPDX-License-Identifier: MIT */
/*
 * One 8259A: which of its inputs may interrupt, and the initialisation and operation command words.
 * Called by devices/pic.c alone. Section names in comments are those of the Intel 8259A datasheet.
 */
#include "devices/i8259.h"

enum {
	COMMAND_ICW1 = 0x10, /* what a write to the command port is: bits 4 and 3 */
	COMMAND_OCW3 = 0x08,
	ICW1_NEEDS_ICW4 = 0x01,
	ICW1_SINGLE = 0x02,
	ICW2_BASE = 0xf8,
	ICW4_AUTO_EOI = 0x02,
	ICW4_SPECIAL_NESTED = 0x10,
	OCW2_LEVEL = 0x07,
	OCW2_EOI = 0x20,
	OCW2_SPECIFIC = 0x40,
	OCW2_ROTATE = 0x80,
	OCW3_READ_ISR = 0x01,
	OCW3_READ = 0x02,
	OCW3_POLL = 0x04,
	OCW3_SPECIAL_MASK = 0x20,
	OCW3_SET_SPECIAL_MASK = 0x40,
};

static inline uint8_t bit(unsigned input)
{
	return (uint8_t)(1u << input);
}

static inline uint8_t without(uint8_t inputs, uint8_t removed)
{
	return inputs & (uint8_t)~removed;
}

/* How far `input` is from the top of the rotation: 0 is the highest priority. */
static unsigned rank(const struct i8259 *chip, unsigned input)
{
	return (input - chip->lowest - 1) % I8259_INPUTS;
}

static unsigned highest(const struct i8259 *chip, uint8_t inputs)
{
	if (inputs == 0)
		return I8259_NONE;
	unsigned top = (chip->lowest + 1u) % I8259_INPUTS;
	unsigned doubled = (unsigned)inputs << I8259_INPUTS | inputs;
	return ((unsigned)__builtin_ctz(doubled >> top) + top) % I8259_INPUTS;
}

/* "Special mask mode": inputs that are masked no longer hold back the others while they are in service. */
static uint8_t in_service(const struct i8259 *chip)
{
	return chip->special_mask ? without(chip->isr, chip->imr) : chip->isr;
}

unsigned i8259_candidate(const struct i8259 *chip)
{
	unsigned input = highest(chip, without(chip->irr, chip->imr));
	if (input == I8259_NONE || chip->state != I8259_READY)
		return I8259_NONE;
	unsigned serving = highest(chip, in_service(chip));
	if (serving == I8259_NONE || rank(chip, input) < rank(chip, serving))
		return input;
	/* "Special fully nested mode": a slave in service may ask again, for something more urgent. */
	if (chip->special_nested && input == serving && chip->cascade & bit(input))
		return input;
	return I8259_NONE;
}

/*
 * A request lasts until it is acknowledged or its input falls. That is so in edge mode too: "the IR inputs
 * must remain high until after the falling edge of the first INTA", or the interrupt is a spurious one.
 */
void i8259_set_line(struct i8259 *chip, unsigned input, bool level)
{
	if (!level) {
		chip->irr = without(chip->irr, bit(input));
		chip->lines = without(chip->lines, bit(input));
	} else if (!(chip->lines & bit(input))) {
		chip->irr |= bit(input);
		chip->lines |= bit(input);
	}
}

/* An input that becomes level-triggered asks exactly while it is high. */
void i8259_set_elcr(struct i8259 *chip, uint8_t elcr)
{
	chip->elcr = elcr;
	chip->irr = without(chip->irr, elcr) | (chip->lines & elcr);
}

static void end_of_interrupt(struct i8259 *chip, unsigned input, bool rotate)
{
	if (input == I8259_NONE)
		return;
	chip->isr = without(chip->isr, bit(input));
	if (rotate)
		chip->lowest = (uint8_t)input;
}

unsigned i8259_acknowledge(struct i8259 *chip)
{
	unsigned input = i8259_candidate(chip);
	if (input == I8259_NONE)
		return I8259_NONE;
	if (!(chip->elcr & bit(input)))
		chip->irr = without(chip->irr, bit(input));
	chip->isr |= bit(input);
	if (chip->auto_eoi)
		end_of_interrupt(chip, input, chip->rotate_on_auto_eoi);
	return input;
}

/* "Initialization command words 1 and 2", a to f: an input must fall and rise again to be seen. */
static void write_icw1(struct i8259 *chip, uint8_t value)
{
	*chip = (struct i8259){
		.irr = chip->lines & chip->elcr,
		.lines = chip->lines,
		.elcr = chip->elcr,
		.base = chip->base,
		.lowest = I8259_INPUTS - 1,
		.state = I8259_EXPECTS_ICW2,
		.needs_icw4 = value & ICW1_NEEDS_ICW4,
		.single = value & ICW1_SINGLE,
	};
}

static enum i8259_state after_icw3(const struct i8259 *chip)
{
	return chip->needs_icw4 ? I8259_EXPECTS_ICW4 : I8259_READY;
}

static void write_data(struct i8259 *chip, uint8_t value)
{
	switch (chip->state) {
	case I8259_READY:
	case I8259_EXPECTS_ICW1: /* a guest may probe for the chip by its mask before it initialises it */
		chip->imr = value;
		break;
	case I8259_EXPECTS_ICW2:
		chip->base = value & ICW2_BASE;
		chip->state = chip->single ? after_icw3(chip) : I8259_EXPECTS_ICW3;
		break;
	case I8259_EXPECTS_ICW3:
		chip->cascade = value;
		chip->state = after_icw3(chip);
		break;
	case I8259_EXPECTS_ICW4:
		chip->auto_eoi = value & ICW4_AUTO_EOI;
		chip->special_nested = value & ICW4_SPECIAL_NESTED;
		chip->state = I8259_READY;
		break;
	}
}

/* "Operation command word 2": R, SL and EOI make eight commands. */
static void write_ocw2(struct i8259 *chip, uint8_t value)
{
	unsigned level = value & OCW2_LEVEL;
	bool rotate = value & OCW2_ROTATE;
	switch (value & (OCW2_EOI | OCW2_SPECIFIC)) {
	case OCW2_EOI:
		end_of_interrupt(chip, highest(chip, in_service(chip)), rotate);
		break;
	case OCW2_EOI | OCW2_SPECIFIC:
		end_of_interrupt(chip, level, rotate);
		break;
	case OCW2_SPECIFIC: /* "set priority"; without R it is "no operation" */
		if (rotate)
			chip->lowest = (uint8_t)level;
		break;
	default:
		chip->rotate_on_auto_eoi = rotate;
		break;
	}
}

static void write_ocw3(struct i8259 *chip, uint8_t value)
{
	if (value & OCW3_SET_SPECIAL_MASK)
		chip->special_mask = value & OCW3_SPECIAL_MASK;
	if (value & OCW3_READ)
		chip->read_isr = value & OCW3_READ_ISR;
	chip->poll = value & OCW3_POLL;
}

void i8259_write(struct i8259 *chip, unsigned port, uint8_t value)
{
	if (port != 0)
		write_data(chip, value);
	else if (value & COMMAND_ICW1)
		write_icw1(chip, value);
	else if (value & COMMAND_OCW3)
		write_ocw3(chip, value);
	else
		write_ocw2(chip, value);
}

uint8_t i8259_read(const struct i8259 *chip, unsigned port)
{
	if (port != 0)
		return chip->imr;
	return chip->read_isr ? chip->isr : chip->irr;
}

void i8259_init(struct i8259 *chip)
{
	*chip = (struct i8259){.lowest = I8259_INPUTS - 1, .state = I8259_EXPECTS_ICW1};
}

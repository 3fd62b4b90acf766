/* SPDX-License-Identifier: MIT */
/*
 * First one 8259A: its command words, and which of its inputs may interrupt. Then the PC's pair of them: the cascade,
 * the ports, the vector for the vCPU. Devices call pic_set_input() through their lines, the run loop calls
 * pic_pending() and pic_acknowledge(), and the bus calls the functions at the end for the guest's accesses.
 */
#include "devices/pic.h"

#include "devices/device_model.h"

/* ---- one 8259A: section names in comments are those of the Intel 8259A datasheet ---- */

enum {
	COMMAND_ICW1 = 0x10, /* bits 4 and 3 of a write to the command port select the command word */
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

/* The priority of `input` in the present rotation: 0 is the highest, 7 the lowest. */
static unsigned rank(const struct i8259 *chip, unsigned input)
{
	return (input - chip->lowest - 1) % I8259_INPUTS;
}

/* The input of highest priority among the mask `inputs`; I8259_NONE when the mask is empty. */
static unsigned highest(const struct i8259 *chip, uint8_t inputs)
{
	if (inputs == 0)
		return I8259_NONE;
	unsigned top = (chip->lowest + 1u) % I8259_INPUTS;
	unsigned doubled = (unsigned)inputs << I8259_INPUTS | inputs;
	return ((unsigned)__builtin_ctz(doubled >> top) + top) % I8259_INPUTS;
}

/* The inputs in service that hold back others. "Special mask mode": a masked input in service does not. */
static uint8_t in_service(const struct i8259 *chip)
{
	return chip->special_mask ? without(chip->isr, chip->imr) : chip->isr;
}

/* The input for which the INT pin is high, or I8259_NONE when the pin is low. */
static unsigned i8259_candidate(const struct i8259 *chip)
{
	unsigned input = highest(chip, without(chip->irr, chip->imr));
	if (input == I8259_NONE || chip->state != I8259_READY)
		return I8259_NONE;
	unsigned serving = highest(chip, in_service(chip));
	if (serving == I8259_NONE || rank(chip, input) < rank(chip, serving))
		return input;
	/* "Special fully nested mode": a slave in service may interrupt again, for an input of higher priority. */
	if (chip->special_nested && input == serving && chip->cascade & bit(input))
		return input;
	return I8259_NONE;
}

/*
 * A request stays until it is acknowledged or its input falls. A falling input withdraws the request in edge mode too:
 * "the IR inputs must remain high until after the falling edge of the first INTA"; otherwise the interrupt is spurious.
 */
static void i8259_set_line(struct i8259 *chip, unsigned input, bool level)
{
	if (!level) {
		chip->irr = without(chip->irr, bit(input));
		chip->lines = without(chip->lines, bit(input));
	} else if (!(chip->lines & bit(input))) {
		chip->irr |= bit(input);
		chip->lines |= bit(input);
	}
}

/* A level-triggered input requests an interrupt exactly while it is high, also when it has just become one. */
static void i8259_set_elcr(struct i8259 *chip, uint8_t elcr)
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

/* The INTA cycle of one chip: takes the candidate into service. Returns I8259_NONE for a spurious interrupt. */
static unsigned i8259_acknowledge(struct i8259 *chip)
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

/*
 * "Initialization command words 1 and 2", a to f. The edge sense circuit is reset: an edge-triggered input that is high
 * must fall and rise again to request an interrupt.
 */
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
	case I8259_EXPECTS_ICW1: /* a guest may probe for the chip by writing its mask before it initialises the chip */
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

/* "Operation command word 2": the bits R, SL and EOI select one of eight commands. */
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

static void i8259_write(struct i8259 *chip, unsigned port, uint8_t value)
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

static uint8_t i8259_read(const struct i8259 *chip, unsigned port)
{
	if (port != 0)
		return chip->imr;
	return chip->read_isr ? chip->isr : chip->irr;
}

static void i8259_init(struct i8259 *chip)
{
	*chip = (struct i8259){.lowest = I8259_INPUTS - 1, .state = I8259_EXPECTS_ICW1};
}

/* ---- the PC's pair of 8259A ---- */

enum {
	CASCADE = 2, /* the master's input that the slave's INT pin drives */
	POLL_INTERRUPT = 0x80,
};

enum {
	CHIP_PORTS = 2,
	ELCR_MASTER = 0xf8, /* PIIX4 datasheet, ELCR1 and ELCR2: IRQ 0, 1, 2, 8 and 13 are always edge-triggered */
	ELCR_SLAVE = 0xde,
};

/* Called after every change of the slave: the slave's INT pin drives the master's cascade input. */
static void update_cascade(struct pic *pic)
{
	i8259_set_line(&pic->master, CASCADE, i8259_candidate(&pic->slave) != I8259_NONE);
}

/*
 * The slave's INT pin falls at the acknowledge and rises again if a request remains, which is a new edge for the
 * master.
 */
static unsigned acknowledge_slave(struct pic *pic)
{
	unsigned input = i8259_acknowledge(&pic->slave);
	i8259_set_line(&pic->master, CASCADE, false);
	update_cascade(pic);
	return input;
}

static uint8_t vector(const struct i8259 *chip, unsigned input)
{
	return (uint8_t)(chip->base + (input == I8259_NONE ? I8259_SPURIOUS : input));
}

static void count(struct pic *pic, unsigned input)
{
	if (input != I8259_NONE)
		pic->taken[input]++;
}

uint8_t pic_acknowledge(struct pic *pic)
{
	unsigned input = i8259_acknowledge(&pic->master);

	count(pic, input);
	if (input == CASCADE && pic->master.cascade & 1u << CASCADE)
		return vector(&pic->slave, acknowledge_slave(pic));
	return vector(&pic->master, input);
}

bool pic_pending(const struct pic *pic)
{
	return i8259_candidate(&pic->master) != I8259_NONE;
}

void pic_set_input(void *owner, unsigned input, bool level)
{
	struct pic *pic = owner;
	if (input >= I8259_INPUTS) {
		i8259_set_line(&pic->slave, input % I8259_INPUTS, level);
		update_cascade(pic);
	} else if (input != CASCADE) {
		i8259_set_line(&pic->master, input, level);
	}
}

/* "Poll command": the next read of either port acknowledges, and returns the input taken. */
static uint8_t poll(struct pic *pic, struct i8259 *chip)
{
	chip->poll = false;
	unsigned input = chip == &pic->slave ? acknowledge_slave(pic) : i8259_acknowledge(chip);

	if (chip == &pic->master)
		count(pic, input);
	return input == I8259_NONE ? 0 : (uint8_t)(POLL_INTERRUPT | input);
}

static uint64_t read_chip(struct pic *pic, struct i8259 *chip, uint64_t offset)
{
	return chip->poll ? poll(pic, chip) : i8259_read(chip, (unsigned)offset);
}

static void write_chip(struct pic *pic, struct i8259 *chip, uint64_t offset, uint64_t value)
{
	i8259_write(chip, (unsigned)offset, (uint8_t)value);
	update_cascade(pic);
}

static uint64_t master_read(void *owner, uint64_t offset, unsigned size)
{
	struct pic *pic = owner;
	(void)size;
	return read_chip(pic, &pic->master, offset);
}

static void master_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pic *pic = owner;
	(void)size;
	write_chip(pic, &pic->master, offset, value);
}

static uint64_t slave_read(void *owner, uint64_t offset, unsigned size)
{
	struct pic *pic = owner;
	(void)size;
	return read_chip(pic, &pic->slave, offset);
}

static void slave_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pic *pic = owner;
	(void)size;
	write_chip(pic, &pic->slave, offset, value);
}

static uint64_t elcr_read(void *owner, uint64_t offset, unsigned size)
{
	struct pic *pic = owner;
	(void)size;
	return offset == 0 ? pic->master.elcr : pic->slave.elcr;
}

static void elcr_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pic *pic = owner;
	(void)size;
	if (offset == 0)
		i8259_set_elcr(&pic->master, (uint8_t)value & ELCR_MASTER);
	else
		i8259_set_elcr(&pic->slave, (uint8_t)value & ELCR_SLAVE);
	update_cascade(pic);
}

static void pic_init(void *state, const struct device_wiring *wiring)
{
	struct pic *pic = state;

	(void)wiring;
	*pic = (struct pic){0};
	i8259_init(&pic->master);
	i8259_init(&pic->slave);
}

static const struct device_range ranges[] = {
	{.base = 0x20,
	 .length = CHIP_PORTS,
	 .access = {"pic-master", 1, master_read, master_write},
	 .registers = REGISTERS({.name = "PIC1 status", .written = "PIC1 command"},
				{.name = "PIC1 mask", .written = "PIC1 data"})},
	{.base = 0xa0,
	 .length = CHIP_PORTS,
	 .access = {"pic-slave", 1, slave_read, slave_write},
	 .registers = REGISTERS({.name = "PIC2 status", .written = "PIC2 command"},
				{.name = "PIC2 mask", .written = "PIC2 data"})},
	{.base = 0x4d0,
	 .length = CHIP_PORTS,
	 .access = {"pic-elcr", 1, elcr_read, elcr_write},
	 .registers = REGISTERS({.name = "PIC1 edge/level"}, {.name = "PIC2 edge/level"})},
};

const struct device pic_device = {
	.irq = DEVICE_NO_IRQ,
	.may_be_in_kernel = true,
	.init = pic_init,
	DEVICE_RANGES(ranges),
};

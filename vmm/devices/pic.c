/* SPDX-License-Identifier: MIT */
/*
 * The pair of 8259As: the cascade between them, their ports, the vector for the vCPU. Devices call
 * pic_set_input through their lines, the board asks pic_pending, the bus brings the guest's programming.
 */
#include "devices/pic.h"

enum {
	CASCADE = 2, /* the master's input that the slave's INT pin drives */
	POLL_INTERRUPT = 0x80,
};

enum {
	PORT_MASTER = 0x20,
	PORT_SLAVE = 0xa0,
	PORT_ELCR = 0x4d0,
	CHIP_PORTS = 2,
	ELCR_MASTER = 0xf8, /* PIIX4 datasheet, ELCR1 and ELCR2: IRQ 0, 1, 2, 8 and 13 are always edge-triggered */
	ELCR_SLAVE = 0xde,
};

/* Whatever has happened to the slave, the master sees it as the level of its cascade input. */
static void update_cascade(struct pic *pic)
{
	i8259_set_line(&pic->master, CASCADE, i8259_candidate(&pic->slave) != I8259_NONE);
}

/* INT drops at the acknowledge and rises again for what still waits: a new edge for the master. */
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

uint8_t pic_acknowledge(struct pic *pic)
{
	unsigned input = i8259_acknowledge(&pic->master);

	if (input != I8259_NONE)
		pic->taken[input]++;
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

/* Datasheet, "poll command": the next read, of either port, is the acknowledge. */
static uint8_t poll(struct pic *pic, struct i8259 *chip)
{
	chip->poll = false;
	unsigned input = chip == &pic->slave ? acknowledge_slave(pic) : i8259_acknowledge(chip);
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

static const struct bus_device master_device = {"pic-master", 1, master_read, master_write};
static const struct bus_device slave_device = {"pic-slave", 1, slave_read, slave_write};
static const struct bus_device elcr_device = {"pic-elcr", 1, elcr_read, elcr_write};

void pic_init(struct pic *pic)
{
	i8259_init(&pic->master);
	i8259_init(&pic->slave);
}

int pic_attach(struct pic *pic, struct bus *ports, struct error *error)
{
	if (bus_add(ports, PORT_MASTER, CHIP_PORTS, &master_device, pic, error) != 0 ||
	    bus_add(ports, PORT_SLAVE, CHIP_PORTS, &slave_device, pic, error) != 0)
		return -1;
	return bus_add(ports, PORT_ELCR, CHIP_PORTS, &elcr_device, pic, error);
}

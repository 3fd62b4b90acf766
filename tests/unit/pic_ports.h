/* SPDX-License-Identifier: MIT */
/* Drives the ports and inputs of an 8259A pair. Used by test_pic_*.c. */
#ifndef TESTS_UNIT_PIC_PORTS_H
#define TESTS_UNIT_PIC_PORTS_H

#include "devices/devices.h"

#include <criterion/criterion.h>

enum { MASTER = 0x20, SLAVE = 0xa0, BASE = 0x20, SLAVE_BASE = 0x28, AUTO_EOI = 0x02, SPECIAL_NESTED = 0x10 };
enum { EOI = 0x20, SPECIFIC = 0x40, ROTATE = 0x80, READ_IRR = 0x0a, READ_ISR = 0x0b, POLL = 0x0c };

static struct pic pic;
static struct bus bus;

static inline void out(uint16_t port, uint8_t value)
{
	cr_assert(bus_write(&bus, port, 1, value));
}

static inline uint8_t in(uint16_t port)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, 1, &value));
	return (uint8_t)value;
}

static inline void initialise(uint8_t master_icw4, uint8_t slave_icw4)
{
	out(MASTER, 0x11);
	out(MASTER + 1, BASE);
	out(MASTER + 1, 0x04);
	out(MASTER + 1, (uint8_t)(master_icw4 | 1));
	out(SLAVE, 0x11);
	out(SLAVE + 1, SLAVE_BASE);
	out(SLAVE + 1, 0x02);
	out(SLAVE + 1, (uint8_t)(slave_icw4 | 1));
}

static inline void setup(void)
{
	struct error error;
	bus_init(&bus, "port");
	pic_device.init(&pic, NULL);
	cr_assert_eq(device_attach(&pic_device, &pic, &bus, NULL, &error), 0);
	initialise(0, 0);
}

static inline void raise(unsigned input)
{
	pic_set_input(&pic, input, true);
}

static inline void lower(unsigned input)
{
	pic_set_input(&pic, input, false);
}

static inline void pulse(unsigned input)
{
	lower(input);
	raise(input);
}

static inline void expect(unsigned irq)
{
	cr_assert(pic_pending(&pic), "IRQ %u should be pending", irq);
	unsigned vector = pic_acknowledge(&pic);
	cr_assert_eq(vector, BASE + irq, "vector %#x is not the vector of IRQ %u", vector, irq);
}

static inline void expect_none(void)
{
	cr_assert_not(pic_pending(&pic));
}

static inline uint8_t read_register(uint16_t port, uint8_t command)
{
	out(port, command);
	return in(port);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Unit tests of the 8259A pair, by its ports and inputs. */
#include <criterion/criterion.h>

#include "base/array.h"
#include "devices/devices.h"

enum { MASTER = 0x20, SLAVE = 0xa0, BASE = 0x20, SLAVE_BASE = 0x28, AUTO_EOI = 0x02, SPECIAL_NESTED = 0x10 };
enum { EOI = 0x20, SPECIFIC = 0x40, ROTATE = 0x80, READ_IRR = 0x0a, READ_ISR = 0x0b, POLL = 0x0c };

static struct pic pic;
static struct bus bus;

static void out(uint16_t port, uint8_t value)
{
	cr_assert(bus_write(&bus, port, 1, value));
}

static uint8_t in(uint16_t port)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, 1, &value));
	return (uint8_t)value;
}

static void initialise(uint8_t master_icw4, uint8_t slave_icw4)
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

static void setup(void)
{
	struct error error;
	bus_init(&bus, "port");
	pic_device.init(&pic, NULL);
	cr_assert_eq(device_attach(&pic_device, &pic, &bus, NULL, &error), 0);
	initialise(0, 0);
}

static void raise(unsigned input)
{
	pic_set_input(&pic, input, true);
}

static void lower(unsigned input)
{
	pic_set_input(&pic, input, false);
}

static void pulse(unsigned input)
{
	lower(input);
	raise(input);
}

static void expect(unsigned irq)
{
	cr_assert(pic_pending(&pic), "IRQ %u should be pending", irq);
	unsigned vector = pic_acknowledge(&pic);
	cr_assert_eq(vector, BASE + irq, "vector %#x is not the vector of IRQ %u", vector, irq);
}

static void expect_none(void)
{
	cr_assert_not(pic_pending(&pic));
}

static uint8_t read_register(uint16_t port, uint8_t command)
{
	out(port, command);
	return in(port);
}

TestSuite(pic, .init = setup);

/* ---- initialisation, requests, masks, polls, spurious interrupts ---- */

Test(pic, nothing_before_initialisation, .init = NULL)
{
	struct error error;
	bus_init(&bus, "port");
	pic_device.init(&pic, NULL);
	cr_assert_eq(device_attach(&pic_device, &pic, &bus, NULL, &error), 0);
	raise(0);
	expect_none();
	out(MASTER + 1, 0xa5);
	cr_assert_eq(in(MASTER + 1), 0xa5, "the mask register can be read back");
	initialise(0, 0);
	expect_none();
	pulse(0);
	expect(0);
}

Test(pic, edge_is_taken_once)
{
	raise(4);
	expect(4);
	out(MASTER, EOI);
	expect_none();
	raise(4);
	expect_none();
	pulse(4);
	expect(4);
}

Test(pic, request_register_and_in_service_register)
{
	raise(4);
	raise(9);
	cr_assert_eq(read_register(MASTER, READ_IRR), 0x14);
	cr_assert_eq(read_register(SLAVE, READ_IRR), 0x02);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0);
	expect(9);
	cr_assert_eq(in(MASTER), 0x04, "the choice of register stays");
	cr_assert_eq(read_register(SLAVE, READ_ISR), 0x02);
	cr_assert_eq(read_register(MASTER, READ_IRR), 0x10);
}

Test(pic, mask)
{
	out(MASTER + 1, 0x10);
	cr_assert_eq(in(MASTER + 1), 0x10);
	raise(4);
	expect_none();
	out(MASTER + 1, 0);
	expect(4);
}

Test(pic, poll)
{
	out(MASTER, POLL);
	cr_assert_eq(in(MASTER), 0, "nothing waits");
	raise(6);
	raise(4);
	out(MASTER, POLL);
	cr_assert_eq(in(MASTER + 1), 0x84, "the read of either port is the acknowledge");
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x10);
	expect_none();
}

Test(pic, poll_of_the_slave)
{
	raise(9);
	raise(11);
	out(SLAVE, POLL);
	cr_assert_eq(in(SLAVE), 0x81);
	expect_none();
	out(SLAVE, EOI);
	expect(11);
}

Test(pic, level_triggered)
{
	out(0x4d0, 0xff);
	out(0x4d1, 0xff);
	cr_assert_eq(in(0x4d0), 0xf8, "inputs 0, 1 and 2 are edges");
	cr_assert_eq(in(0x4d1), 0xde, "inputs 8 and 13 are edges");
	raise(5);
	expect(5);
	expect_none();
	out(MASTER, EOI);
	expect(5);
	lower(5);
	out(MASTER, EOI);
	expect_none();
	raise(0);
	expect(0);
	out(MASTER, EOI);
	expect_none();
}

Test(pic, an_input_that_becomes_level_asks_while_it_is_high)
{
	raise(5);
	expect(5);
	out(MASTER, EOI);
	expect_none();
	out(0x4d0, 0x20);
	expect(5);
}

Test(pic, spurious_when_the_request_has_gone)
{
	raise(4);
	lower(4);
	expect_none();
	cr_assert_eq(pic_acknowledge(&pic), BASE + 7);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0, "a spurious interrupt is not in service");
	for (unsigned i = 0; i < COUNT(pic.taken); i++)
		cr_assert_eq(pic.taken[i], 0, "a spurious interrupt is not counted for any input");
	raise(7);
	expect(7);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x80, "the real interrupt is in service");
}

Test(pic, spurious_of_the_slave_is_in_service_in_the_master)
{
	raise(9);
	pic.slave.irr = 0; /* the request goes away between the two INTA cycles */
	cr_assert_eq(pic_acknowledge(&pic), SLAVE_BASE + 7);
	cr_assert_eq(read_register(SLAVE, READ_ISR), 0);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x04);
}

Test(pic, initialisation_resets)
{
	raise(3);
	expect(3);
	raise(5);
	out(MASTER + 1, 0xff);
	out(MASTER, READ_ISR);
	out(MASTER, ROTATE | SPECIFIC | 2);
	out(MASTER, 0x68);
	out(MASTER, 0x11);
	cr_assert_eq(in(MASTER + 1), 0, "the mask is cleared");
	cr_assert_eq(in(MASTER), 0, "IRR is selected; edges are forgotten");
	out(MASTER + 1, 0x47);
	out(MASTER + 1, 0x04);
	pulse(5);
	expect_none();
	out(MASTER + 1, 0x01);
	cr_assert(pic_pending(&pic), "ready after ICW4");
	cr_assert_eq(pic_acknowledge(&pic), 0x45, "the base has no low bits");
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x20);
}

Test(pic, initialisation_without_icw4_ends_automatic_eoi)
{
	initialise(AUTO_EOI, 0);
	out(MASTER, 0x10);
	out(MASTER + 1, BASE);
	out(MASTER + 1, 0x04);
	raise(1);
	expect(1);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x02);
}

Test(pic, a_single_chip_has_no_slave)
{
	out(MASTER, 0x13);
	out(MASTER + 1, BASE);
	out(MASTER + 1, 0x01);
	raise(9);
	expect(2);
	out(MASTER + 1, 0x55);
	cr_assert_eq(in(MASTER + 1), 0x55, "ICW3 was not expected");
}

/* ---- priorities: nesting, the cascade, EOI, rotation, special mask mode ---- */

Test(pic, fully_nested)
{
	raise(4);
	expect(4);
	raise(5);
	expect_none();
	raise(1);
	expect(1);
	out(MASTER, EOI);
	expect_none();
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x10, "the EOI ended the more urgent one");
	out(MASTER, EOI);
	expect(5);
}

Test(pic, automatic_eoi_on_both)
{
	initialise(AUTO_EOI, AUTO_EOI);
	raise(9);
	raise(10);
	raise(0);
	expect(0);
	expect(9);
	expect(10);
	expect_none();
	cr_assert_eq(read_register(MASTER, READ_ISR) | read_register(SLAVE, READ_ISR), 0);
	pulse(0);
	expect(0);
}

Test(pic, specific_eoi)
{
	raise(4);
	expect(4);
	raise(1);
	expect(1);
	out(MASTER, EOI | SPECIFIC | 4);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x02);
}

Test(pic, slave_needs_eoi_on_both)
{
	raise(12);
	expect(12);
	raise(13);
	expect_none();
	out(SLAVE, EOI);
	expect_none();
	out(MASTER, EOI);
	expect(13);
}

Test(pic, slave_comes_at_the_priority_of_input_2)
{
	raise(3);
	raise(8);
	expect(8);
	expect_none();
	raise(1);
	expect(1);
}

Test(pic, masked_cascade_holds_the_slave)
{
	out(MASTER + 1, 0x04);
	raise(8);
	expect_none();
	out(MASTER + 1, 0);
	expect(8);
}

Test(pic, special_fully_nested_lets_the_slave_interrupt_itself)
{
	initialise(SPECIAL_NESTED, 0);
	raise(12);
	expect(12);
	raise(13);
	expect_none();
	raise(8);
	expect(8);
	raise(3);
	expect_none();
	raise(1);
	expect(1);
	out(SLAVE, EOI);
	out(SLAVE, EOI);
	pulse(8);
	expect_none();
}

Test(pic, rotation_by_eoi)
{
	raise(4);
	expect(4);
	out(MASTER, ROTATE | EOI);
	pulse(4);
	raise(5);
	raise(3);
	expect(5);
	out(MASTER, ROTATE | EOI | SPECIFIC | 5);
	expect(3);
	out(MASTER, EOI);
	expect(4);
}

Test(pic, set_priority)
{
	out(MASTER, ROTATE | SPECIFIC | 5);
	raise(0);
	raise(5);
	raise(6);
	expect(6);
	expect_none();
	out(MASTER, EOI);
	expect(0);
	out(MASTER, EOI);
	expect(5);
}

Test(pic, no_operation)
{
	raise(3);
	expect(3);
	out(MASTER, SPECIFIC | 3);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x08);
}

Test(pic, rotation_in_automatic_eoi)
{
	initialise(AUTO_EOI, AUTO_EOI);
	out(MASTER, ROTATE);
	raise(3);
	raise(4);
	expect(3);
	pulse(3);
	expect(4);
	expect(3);
	out(MASTER, 0); /* ends rotation; input 3 now has the lowest priority */
	pulse(3);
	pulse(4);
	expect(4);
	pulse(4);
	expect(4);
	expect(3);
}

Test(pic, special_mask_lets_lower_priorities_through)
{
	raise(3);
	expect(3);
	raise(6);
	expect_none();
	out(MASTER, 0x68);
	out(MASTER + 1, 0x08);
	expect(6);
	out(MASTER, EOI);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x08, "a non-specific EOI passes over the masked one");
	out(MASTER, 0x48);
	pulse(6);
	expect_none();
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of the 8259A pair: initialisation, and requests by edge and level, masks, polls, spurious interrupts. */
#include "pic_ports.h"

TestSuite(pic_requests, .init = setup);

Test(pic_requests, nothing_before_initialisation, .init = NULL)
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

Test(pic_requests, edge_is_taken_once)
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

Test(pic_requests, request_register_and_in_service_register)
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

Test(pic_requests, mask)
{
	out(MASTER + 1, 0x10);
	cr_assert_eq(in(MASTER + 1), 0x10);
	raise(4);
	expect_none();
	out(MASTER + 1, 0);
	expect(4);
}

Test(pic_requests, poll)
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

Test(pic_requests, poll_of_the_slave)
{
	raise(9);
	raise(11);
	out(SLAVE, POLL);
	cr_assert_eq(in(SLAVE), 0x81);
	expect_none();
	out(SLAVE, EOI);
	expect(11);
}

Test(pic_requests, level_triggered)
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

Test(pic_requests, an_input_that_becomes_level_asks_while_it_is_high)
{
	raise(5);
	expect(5);
	out(MASTER, EOI);
	expect_none();
	out(0x4d0, 0x20);
	expect(5);
}

Test(pic_requests, spurious_when_the_request_has_gone)
{
	raise(4);
	lower(4);
	expect_none();
	cr_assert_eq(pic_acknowledge(&pic), BASE + 7);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0, "a spurious interrupt is not in service");
	for (unsigned i = 0; i < sizeof(pic.taken) / sizeof(*pic.taken); i++)
		cr_assert_eq(pic.taken[i], 0, "a spurious interrupt is not counted for any input");
	raise(7);
	expect(7);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x80, "the real interrupt is in service");
}

Test(pic_requests, spurious_of_the_slave_is_in_service_in_the_master)
{
	raise(9);
	pic.slave.irr = 0; /* the request goes away between the two INTA cycles */
	cr_assert_eq(pic_acknowledge(&pic), SLAVE_BASE + 7);
	cr_assert_eq(read_register(SLAVE, READ_ISR), 0);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x04);
}

Test(pic_requests, initialisation_resets)
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

Test(pic_requests, initialisation_without_icw4_ends_automatic_eoi)
{
	initialise(AUTO_EOI, 0);
	out(MASTER, 0x10);
	out(MASTER + 1, BASE);
	out(MASTER + 1, 0x04);
	raise(1);
	expect(1);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x02);
}

Test(pic_requests, a_single_chip_has_no_slave)
{
	out(MASTER, 0x13);
	out(MASTER + 1, BASE);
	out(MASTER + 1, 0x01);
	raise(9);
	expect(2);
	out(MASTER + 1, 0x55);
	cr_assert_eq(in(MASTER + 1), 0x55, "ICW3 was not expected");
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of priorities in the 8259A pair: nesting, the cascade, EOI, rotation, special mask mode. */
#include "pic_ports.h"

TestSuite(pic_priority, .init = setup);

Test(pic_priority, fully_nested)
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

Test(pic_priority, automatic_eoi_on_both)
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

Test(pic_priority, specific_eoi)
{
	raise(4);
	expect(4);
	raise(1);
	expect(1);
	out(MASTER, EOI | SPECIFIC | 4);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x02);
}

Test(pic_priority, slave_needs_eoi_on_both)
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

Test(pic_priority, slave_comes_at_the_priority_of_input_2)
{
	raise(3);
	raise(8);
	expect(8);
	expect_none();
	raise(1);
	expect(1);
}

Test(pic_priority, masked_cascade_holds_the_slave)
{
	out(MASTER + 1, 0x04);
	raise(8);
	expect_none();
	out(MASTER + 1, 0);
	expect(8);
}

Test(pic_priority, special_fully_nested_lets_the_slave_interrupt_itself)
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

Test(pic_priority, rotation_by_eoi)
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

Test(pic_priority, set_priority)
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

Test(pic_priority, no_operation)
{
	raise(3);
	expect(3);
	out(MASTER, SPECIFIC | 3);
	cr_assert_eq(read_register(MASTER, READ_ISR), 0x08);
}

Test(pic_priority, rotation_in_automatic_eoi)
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

Test(pic_priority, special_mask_lets_lower_priorities_through)
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

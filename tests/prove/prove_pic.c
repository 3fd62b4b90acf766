/* SPDX-License-Identifier: MIT */
/*
 * The pair of 8259A, for every sequence of any length of guest accesses, changes of inputs and acknowledges: no
 * undefined behaviour, such as a shift by "no input", and the rotation stays among the inputs. exhaust_pic.c shows that
 * the chosen input is the right one.
 *
 * broken: vmm/devices/pic.c s/if (input == I8259_NONE)$/if (false)/
 */
#include "prove.h"

#include "devices/pic.c"

static void any_step(struct pic *pic)
{
	const struct device_range *range = &pic_device.ranges[any(0, pic_device.range_count - 1)];
	const uint64_t offset = any(0, range->length - 1);

	if (any_bool())
		range->access.read(pic, offset, 1);
	if (any_bool())
		range->access.write(pic, offset, 1, any(0, UINT8_MAX));
	if (any_bool())
		pic_set_input(pic, (unsigned)any(0, 15), any_bool());
	if (any_bool())
		pic_pending(pic);
	if (any_bool())
		pic_acknowledge(pic);
}

void prove(void)
{
	static struct pic pic;
	const struct device_wiring wiring = {.clock = NULL};

	pic_device.init(&pic, &wiring);
	while (any_bool()) {
		any_step(&pic);
		//@ assert pic.master.lowest < I8259_INPUTS && pic.slave.lowest < I8259_INPUTS;
		//@ assert pic.master.state <= I8259_EXPECTS_ICW4 && pic.slave.state <= I8259_EXPECTS_ICW4;
	}
}

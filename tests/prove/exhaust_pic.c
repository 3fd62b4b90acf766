/* SPDX-License-Identifier: MIT */
/*
 * One 8259A in every state of its requests, services, mask and rotation, with and without special mask mode: the
 * input that it presents is compared with the datasheet's words ("fully nested mode", "special mask mode"), input by
 * input in order of priority.
 *
 * broken: vmm/devices/pic.c s/rank(chip, input) < rank(chip, serving)/rank(chip, input) <= rank(chip, serving)/
 */
#include <stdio.h>

#include "devices/pic.c"

/* From the highest priority down: the first unmasked request counts, unless an input in service was met before it. */
static unsigned expected(const struct i8259 *chip)
{
	for (unsigned i = 1; i <= I8259_INPUTS; i++) {
		const unsigned input = (chip->lowest + i) % I8259_INPUTS;
		const bool masked = chip->imr >> input & 1;
		if (chip->isr >> input & 1 && !(chip->special_mask && masked))
			return I8259_NONE;
		if (chip->irr >> input & 1 && !masked)
			return input;
	}
	return I8259_NONE;
}

int main(void)
{
	unsigned long states = 0;

	for (unsigned bits = 0; bits < 1u << 28; bits++, states++) {
		const struct i8259 chip = {
			.irr = (uint8_t)bits,
			.isr = (uint8_t)(bits >> 8),
			.imr = (uint8_t)(bits >> 16),
			.lowest = bits >> 24 & 7,
			.special_mask = bits >> 27 & 1,
			.state = I8259_READY,
		};
		if (i8259_candidate(&chip) == expected(&chip))
			continue;
		printf("IRR %#x ISR %#x IMR %#x, lowest %u: input %u instead of %u\n", chip.irr, chip.isr, chip.imr,
		       chip.lowest, i8259_candidate(&chip), expected(&chip));
		return 1;
	}
	printf("%lu states: the input presented is the datasheet's\n", states);
	return 0;
}

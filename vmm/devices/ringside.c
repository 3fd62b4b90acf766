/* SPDX-License-Identifier: MIT */
/*
 * The ringside device on the port bus: the registers of ringside/device.h, each of which calls a function of the board.
 * An access of any size and alignment reaches exactly the bytes that it addresses. A write to any byte of DOORBELL or
 * POWEROFF acts at once, with 0 for the bytes not written; a write to part of RING keeps the other bytes. A row of
 * devices/devices.h.
 */
#include "devices/device_model.h"
#include "ringside/device.h"

enum { REGISTER_BYTES = 4, REGISTER_BITS = 32, BYTE_BITS = 8 };

static uint32_t read_register(const struct control *control, uint64_t offset)
{
	switch (offset) {
	case RINGSIDE_REG_ID:
		return RINGSIDE_ID;
	case RINGSIDE_REG_FEATURES:
		return control->features;
	case RINGSIDE_REG_RING:
		return control->get_ring(control->owner);
	default:
		return UINT32_MAX;
	}
}

/* `mask` has the bits that the guest has written; `value` is 0 in the other bits. */
static void write_register(const struct control *control, uint64_t offset, uint32_t value, uint32_t mask)
{
	switch (offset) {
	case RINGSIDE_REG_RING:
		control->set_ring(control->owner, (control->get_ring(control->owner) & ~mask) | value);
		break;
	case RINGSIDE_REG_DOORBELL:
		control->doorbell(control->owner);
		break;
	case RINGSIDE_REG_POWEROFF:
		control->power_off(control->owner, value);
		break;
	default:
		break;
	}
}

static uint64_t ringside_read(void *owner, uint64_t offset, unsigned size)
{
	uint64_t first = offset - offset % REGISTER_BYTES;
	uint64_t value = read_register(owner, first);
	if (offset % REGISTER_BYTES + size > REGISTER_BYTES)
		value |= (uint64_t)read_register(owner, first + REGISTER_BYTES) << REGISTER_BITS;
	return value >> offset % REGISTER_BYTES * BYTE_BITS;
}

static void ringside_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	uint64_t first = offset - offset % REGISTER_BYTES;
	uint64_t shift = offset % REGISTER_BYTES * BYTE_BITS;
	uint64_t mask = (UINT64_MAX >> (REGISTER_BITS * 2 - size * BYTE_BITS)) << shift;
	value <<= shift;
	write_register(owner, first, (uint32_t)value, (uint32_t)mask);
	if (mask > UINT32_MAX)
		write_register(owner, first + REGISTER_BYTES, (uint32_t)(value >> REGISTER_BITS),
			       (uint32_t)(mask >> REGISTER_BITS));
}

static const struct device_range ranges[] = {
	{.base = RINGSIDE_PORT,
	 .length = RINGSIDE_PORT_LENGTH,
	 .access = {"ringside", REGISTER_BYTES, ringside_read, ringside_write},
	 .registers = REGISTERS([RINGSIDE_PORT_LENGTH - 1] = {0}, [RINGSIDE_REG_ID] = {.name = "ringside ID"},
				[RINGSIDE_REG_FEATURES] = {.name = "ringside FEATURES"},
				[RINGSIDE_REG_RING] = {.name = "ringside RING"},
				[RINGSIDE_REG_DOORBELL] = {.name = "ringside DOORBELL"},
				[RINGSIDE_REG_POWEROFF] = {.name = "ringside POWEROFF"})},
};

const struct device ringside_device = {
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};

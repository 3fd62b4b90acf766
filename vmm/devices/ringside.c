/* SPDX-License-Identifier: MIT */
/*
 * The ringside device on the port bus: the registers of ringside/device.h, each of which calls a function of the board.
 * Only an aligned access of 32 bits reaches a register. A row of devices/devices.h.
 */
#include "devices/device_model.h"
#include "ringside/device.h"

enum { REGISTER_BYTES = 4 };

static bool is_register(uint64_t offset, unsigned size)
{
	return size == REGISTER_BYTES && offset % REGISTER_BYTES == 0;
}

/* The low half of the time of day; the high half of the same time waits in TIME_HIGH. */
static uint32_t read_time(struct control *control)
{
	uint64_t now = control->time_of_day(control->owner);

	control->time_high = (uint32_t)(now >> 32);
	return (uint32_t)now;
}

static uint64_t ringside_read(void *owner, uint64_t offset, unsigned size)
{
	struct control *control = owner;

	if (!is_register(offset, size))
		return UINT64_MAX;
	switch (offset) {
	case RINGSIDE_REG_ID:
		return RINGSIDE_ID;
	case RINGSIDE_REG_FEATURES:
		return control->features;
	case RINGSIDE_REG_RING:
		return control->get_ring(control->owner);
	case RINGSIDE_REG_TIME_LOW:
		return control->time_of_day == NULL ? UINT32_MAX : read_time(control);
	case RINGSIDE_REG_TIME_HIGH:
		return control->time_of_day == NULL ? UINT32_MAX : control->time_high;
	default:
		return UINT64_MAX;
	}
}

static void ringside_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;

	if (!is_register(offset, size))
		return;
	switch (offset) {
	case RINGSIDE_REG_RING:
		control->set_ring(control->owner, (uint32_t)value);
		break;
	case RINGSIDE_REG_DOORBELL:
		control->doorbell(control->owner);
		break;
	case RINGSIDE_REG_ABSENT_CALL:
		control->absent_call(control->owner, (uint32_t)value);
		break;
	case RINGSIDE_REG_POWEROFF:
		control->power_off(control->owner, (uint32_t)value);
		break;
	default:
		break;
	}
}

static const struct device_range ranges[] = {
	{.base = RINGSIDE_PORT,
	 .length = RINGSIDE_PORT_LENGTH,
	 .access = {"ringside", REGISTER_BYTES, ringside_read, ringside_write},
	 .registers = REGISTERS([RINGSIDE_PORT_LENGTH - 1] = {0}, [RINGSIDE_REG_ID] = {.name = "ringside ID"},
				[RINGSIDE_REG_FEATURES] = {.name = "ringside FEATURES"},
				[RINGSIDE_REG_RING] = {.name = "ringside RING"},
				[RINGSIDE_REG_DOORBELL] = {.name = "ringside DOORBELL"},
				[RINGSIDE_REG_POWEROFF] = {.name = "ringside POWEROFF"},
				[RINGSIDE_REG_TIME_LOW] = {.name = "ringside TIME_LOW"},
				[RINGSIDE_REG_TIME_HIGH] = {.name = "ringside TIME_HIGH"},
				[RINGSIDE_REG_ABSENT_CALL] = {.name = "ringside ABSENT_CALL"})},
};

const struct device ringside_device = {
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};

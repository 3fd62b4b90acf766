/* SPDX-License-Identifier: MIT */
/* The table of devices, and what concerns all of them: see devices.h. */
#include "devices/devices.h"

#include "base/array.h"

static const struct device_row rows[] = {
#define ROW(name, type) {&name##_device, offsetof(struct devices, name)},
	DEVICES(ROW)
#undef ROW
};

const struct device_row *device_row(unsigned index)
{
	return index < COUNT(rows) ? &rows[index] : NULL;
}

void control_init(void *state, const struct device_wiring *wiring)
{
	*(struct control *)state = *wiring->control;
}

int device_attach(const struct device *device, void *state, struct bus *ports, struct bus *mmio, struct error *error)
{
	for (unsigned i = 0; i < device->range_count; i++) {
		const struct device_range *range = &device->ranges[i];
		struct bus *bus = range->is_mmio ? mmio : ports;
		if (bus_add(bus, range->base, range->length, &range->access, state, error) < 0)
			return -1;
	}
	return 0;
}

/* Ports where this machine has no device. A trace names them, because guests try these ports on every PC. */
static const struct device_range absent[] = {
	{.base = 0x60, .length = 1, .registers = REGISTERS({.name = "keyboard data"})},
	{.base = 0x70, .length = 2, .registers = REGISTERS({.name = "RTC index"}, {.name = "RTC data"})},
	{.base = 0x80, .length = 1, .registers = REGISTERS({.name = "POST code"})},
	{.base = 0xcfc, .length = 1, .registers = REGISTERS({.name = "PCI data"})},
};

static const struct device_register *find(const struct device_range *ranges, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++) {
		const struct device_range *range = &ranges[i];
		if (range->is_mmio || port - range->base >= range->length || range->registers == NULL)
			continue;
		return range->registers[port - range->base].name != NULL ? &range->registers[port - range->base] : NULL;
	}
	return NULL;
}

const struct device_register *device_register_at(uint16_t port)
{
	const struct device_register *found = find(absent, COUNT(absent), port);

	for (unsigned i = 0; found == NULL && device_row(i) != NULL; i++)
		found = find(rows[i].device->ranges, rows[i].device->range_count, port);
	return found;
}

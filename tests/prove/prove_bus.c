/* SPDX-License-Identifier: MIT */
/*
 * The bus: bus_add() and find(), for every number of ranges up to BUS_RANGES_MAX and every content of them, sorted or
 * not: nothing outside the table is read or written, and the range found is one of those registered. exhaust_bus.c
 * shows that it is the right one.
 *
 * options: -eva-slevel 500 -inline-calls position,search
 * broken: vmm/devices/bus.c s/if (bus->count == BUS_RANGES_MAX)/if (bus->count > BUS_RANGES_MAX)/
 */
#include "prove.h"

#include <string.h>

#include "devices/bus.h"

/*
 * Frama-C's memmove() refuses a pointer to the end of an array even for 0 bytes, which ISO C 7.24.1 allows. This one
 * moves the same ranges.
 */
static void move_ranges(struct bus_range *to, const struct bus_range *from, size_t size)
{
	for (size_t i = size / sizeof(*to); i > 0; i--)
		to[i - 1] = from[i - 1];
}
#define memmove move_ranges

#include "devices/bus.c"

static struct bus bus;
static struct bus_device device;

static void any_ranges(unsigned count)
{
	bus.count = count;
	bus.last = (unsigned)any(0, count > 0 ? count - 1 : 0);
	for (unsigned i = 0; i < BUS_RANGES_MAX; i++) {
		const struct bus_range used = {any(0, UINT64_MAX), any(0, UINT64_MAX), &device, NULL};
		bus.ranges[i] = i < count ? used : (struct bus_range){0};
	}
}

static void add(unsigned count)
{
	struct error error;

	any_ranges(count);
	bus_add(&bus, any(0, UINT64_MAX), any(0, UINT64_MAX), &device, NULL, &error);
	//@ assert bus.count <= BUS_RANGES_MAX;
}

static void look_up(unsigned count)
{
	any_ranges(count);
	const struct bus_range *range = find(&bus, any(0, UINT64_MAX));
	//@ assert bus.last < bus.count || bus.count == 0;
	//@ assert range == \null || 0 <= range - (struct bus_range const *)&bus.ranges[0] < bus.count;
	(void)range;
}

void prove(void)
{
	for (unsigned count = 0; count <= BUS_RANGES_MAX; count++) {
		add(count);
		look_up(count);
	}
}

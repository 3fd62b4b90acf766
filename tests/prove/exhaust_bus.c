/* SPDX-License-Identifier: MIT */
/*
 * The bus with the ranges of all devices of this machine: every access of every size to every port, after each range
 * that may have been found last, is compared with the plain meaning of a bus: byte by byte, the device that owns it.
 *
 * with: vmm/devices/*.c vmm/base/error.c
 * broken: vmm/devices/bus.c s/size <= range->length - (address - range->base)/size <= range->length/
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/devices.h"

enum { PORTS = 1 << 16, WIDEST = 8 };

static struct bus bus;
static struct bus_device devices[BUS_RANGES_MAX];
static const struct device_range *owners[PORTS + WIDEST];
static uint64_t reads, begin;
static uint8_t seen[WIDEST]; /* which bytes of the access a device has answered */

static void check(bool holds, const char *what)
{
	if (holds)
		return;
	printf("port %#" PRIx64 ": %s\n", begin, what);
	exit(1);
}

static void note(const struct device_range *range, uint64_t offset, unsigned size)
{
	check(size <= range->access.width && offset < range->length && size <= range->length - offset,
	      "the device was given an access that it does not take");
	for (unsigned i = 0; i < size; i++) {
		const uint64_t byte = range->base + offset + i - begin;
		check(byte < WIDEST && owners[begin + byte] == range, "a byte reached a device that does not own it");
		seen[byte]++;
	}
}

static uint64_t read_device(void *owner, uint64_t offset, unsigned size)
{
	note(owner, offset, size);
	return 0;
}

static void write_device(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	(void)value;
	note(owner, offset, size);
}

/* Whether the bytes that devices answered are those that have an owner, once each. */
static void compare(unsigned size, bool answered, uint64_t value, bool is_write)
{
	bool owned = false;

	for (unsigned i = 0; i < WIDEST; i++) {
		const bool expected = i < size && owners[begin + i] != NULL;
		check(seen[i] == expected, "a byte was not answered exactly once");
		owned |= expected;
		if (!is_write && i < size)
			check((uint8_t)(value >> 8 * i) == (expected ? 0 : 0xff), "a byte has a wrong value");
	}
	check(answered == owned, "the bus says wrongly whether a device answered");
}

static void try(unsigned size)
{
	uint64_t value = 0;

	memset(seen, 0, sizeof(seen));
	bool answered = bus_read(&bus, begin, size, &value);
	compare(size, answered, value, false);
	memset(seen, 0, sizeof(seen));
	answered = bus_write(&bus, begin, size, 0);
	compare(size, answered, 0, true);
	reads++;
}

static void add_all(void)
{
	const struct device_row *row;
	struct error error;
	unsigned count = 0;

	bus_init(&bus, "port");
	for (unsigned i = 0; (row = device_row(i)) != NULL; i++)
		for (unsigned j = 0; j < row->device->range_count; j++, count++) {
			const struct device_range *range = &row->device->ranges[j];
			devices[count] = (struct bus_device){"device", range->access.width, read_device, write_device};
			check(bus_add(&bus, range->base, range->length, &devices[count], (void *)(uintptr_t)range,
				      &error) == 0,
			      "a range was refused");
			for (uint64_t k = 0; k < range->length; k++)
				owners[range->base + k] = range;
		}
}

int main(void)
{
	add_all();
	for (begin = 0; begin < PORTS; begin++)
		for (unsigned size = 1; size <= WIDEST; size *= 2)
			for (unsigned last = 0; last < bus.count; last++) {
				bus.last = last;
				try(size);
			}
	printf("%" PRIu64 " accesses in both directions: each byte reaches its owner once\n", reads);
	return 0;
}

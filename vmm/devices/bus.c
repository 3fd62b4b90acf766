/* SPDX-License-Identifier: MIT */
/*
 * The bus: finds the device that owns an address, and splits accesses that the device cannot take whole. Called by
 * machine/exit.c for every port and memory-mapped access, and by the board to register devices.
 */
#include "devices/bus.h"

#include <inttypes.h>
#include <string.h>

void bus_init(struct bus *bus, const char *name)
{
	*bus = (struct bus){.name = name};
}

/* The index of the first range that contains `address` or begins after it; bus->count if there is none. */
static unsigned position(const struct bus *bus, uint64_t address)
{
	unsigned low = 0, high = bus->count;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		const struct bus_range *range = &bus->ranges[middle];
		if (address > range->base + (range->length - 1))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int bus_add(struct bus *bus, uint64_t base, uint64_t length, const struct bus_device *device, void *owner,
	    struct error *error)
{
	if (length == 0 || length - 1 > UINT64_MAX - base)
		return error_set(error, "%s bus: %s: the range of %" PRIu64 " bytes at 0x%" PRIx64 " makes no sense",
				 bus->name, device->name, length, base);
	if (bus->count == BUS_RANGES_MAX)
		return error_set(error, "%s bus: %s: no room for more than %d ranges", bus->name, device->name,
				 BUS_RANGES_MAX);

	unsigned at = position(bus, base);
	const struct bus_range *next = &bus->ranges[at];
	/* `next` ends at or after `base`, so it overlaps the new range if it begins before the end of the new range. */
	if (at < bus->count && (next->base <= base || next->base - base < length))
		return error_set(error, "%s bus: %s at 0x%" PRIx64 " overlaps %s at 0x%" PRIx64, bus->name,
				 device->name, base, next->device->name, next->base);
	memmove(&bus->ranges[at + 1], &bus->ranges[at], (bus->count - at) * sizeof(bus->ranges[0]));
	bus->ranges[at] = (struct bus_range){.base = base, .length = length, .device = device, .owner = owner};
	bus->count++;
	return 0;
}

/* Not inlined, like read_bytes() and write_bytes(), so that the fast path of an access saves no registers. */
__attribute__((noinline)) static const struct bus_range *search(struct bus *bus, uint64_t address)
{
	unsigned at = position(bus, address);
	if (at == bus->count || address < bus->ranges[at].base)
		return NULL;
	bus->last = at;
	return &bus->ranges[at];
}

/* The range that contains `address`, or NULL. In an empty table ranges[0] has length 0, so nothing matches. */
static inline const struct bus_range *find(struct bus *bus, uint64_t address)
{
	const struct bus_range *range = &bus->ranges[bus->last];
	if (__builtin_expect(address - range->base < range->length, 1))
		return range;
	return search(bus, address);
}

static inline bool takes_whole(const struct bus_range *range, uint64_t address, unsigned size)
{
	return size <= range->device->width && size <= range->length - (address - range->base);
}

static inline uint64_t size_mask(unsigned size)
{
	return UINT64_MAX >> (64 - 8 * size);
}

/* The range of byte `i` of an access, or NULL; bytes beyond the last address do not wrap around to address 0. */
static const struct bus_range *find_byte(struct bus *bus, uint64_t address, unsigned i)
{
	return address + i < address ? NULL : find(bus, address + i);
}

/* Reads what no device takes whole. A single byte then has no owner. */
__attribute__((noinline)) static bool read_bytes(struct bus *bus, uint64_t address, unsigned size, uint64_t *value)
{
	bool answered = false;
	*value = size == 1 ? size_mask(1) : 0;
	for (unsigned i = 0; size > 1 && i < size; i++) {
		const struct bus_range *range = find_byte(bus, address, i);
		uint64_t byte = size_mask(1);
		if (range != NULL) {
			byte &= range->device->read(range->owner, address + i - range->base, 1);
			answered = true;
		}
		*value |= byte << (8 * i);
	}
	if (!answered)
		unclaimed_read(&bus->unclaimed, address);
	return answered;
}

bool bus_read(struct bus *bus, uint64_t address, unsigned size, uint64_t *value)
{
	const struct bus_range *range = find(bus, address);
	if (__builtin_expect(range == NULL || !takes_whole(range, address, size), 0))
		return read_bytes(bus, address, size, value);
	*value = range->device->read(range->owner, address - range->base, size) & size_mask(size);
	return true;
}

__attribute__((noinline)) static bool write_bytes(struct bus *bus, uint64_t address, unsigned size, uint64_t value)
{
	bool answered = false;
	for (unsigned i = 0; i < size; i++) {
		const struct bus_range *range = find_byte(bus, address, i);
		if (range == NULL)
			continue;
		range->device->write(range->owner, address + i - range->base, 1, value >> (8 * i) & size_mask(1));
		answered = true;
	}
	return answered;
}

bool bus_write(struct bus *bus, uint64_t address, unsigned size, uint64_t value)
{
	const struct bus_range *range = find(bus, address);
	if (__builtin_expect(range == NULL || !takes_whole(range, address, size), 0))
		return size > 1 && write_bytes(bus, address, size, value);
	range->device->write(range->owner, address - range->base, size, value & size_mask(size));
	return true;
}

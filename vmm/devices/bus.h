/* SPDX-License-Identifier: MIT */
/*
 * A bus: address ranges, each owned by one device. The machine has two, ports and memory-mapped I/O.
 * Devices register at set-up; exit handling (machine/exit.c) reads and writes.
 */
#ifndef VMM_DEVICES_BUS_H
#define VMM_DEVICES_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * What a device does. `offset` is relative to its range; `size` is 1, 2, 4 or 8 and never more than
 * `width`: the bus splits wider accesses, and those that leave the range, into single bytes in rising
 * order, as an ISA bus does.
 */
struct bus_device {
	const char *name;
	uint8_t width; /* widest access the device takes whole, in bytes */
	uint64_t (*read)(void *owner, uint64_t offset, unsigned size);
	void (*write)(void *owner, uint64_t offset, unsigned size, uint64_t value);
};

struct bus_range {
	uint64_t base;
	uint64_t length;
	const struct bus_device *device;
	void *owner;
};

enum { BUS_RANGES_MAX = 32 };

struct bus {
	const char *name; /* "port" or "mmio", for messages */
	unsigned count;
	unsigned last;				 /* index of the range that answered last: guests poll */
	struct bus_range ranges[BUS_RANGES_MAX]; /* sorted by base */
};

void bus_init(struct bus *bus, const char *name);

/* Registers a range. Refuses length 0, wrap-around, overlap (naming both devices) and a full table. */
int bus_add(struct bus *bus, uint64_t base, uint64_t length, const struct bus_device *device, void *owner,
	    struct error *error);

/*
 * Reads `size` (1, 2, 4, 8) bytes at `address` into *value (zero-extended). Bytes that nobody owns read
 * all ones. Returns whether any device answered.
 */
bool bus_read(struct bus *bus, uint64_t address, unsigned size, uint64_t *value);

/* Writes likewise; bytes that nobody owns are dropped. Returns whether any device answered. */
bool bus_write(struct bus *bus, uint64_t address, unsigned size, uint64_t value);

#endif

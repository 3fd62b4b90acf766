/* SPDX-License-Identifier: MIT */
/*
 * A bus: address ranges, each owned by one device. The machine has two buses, I/O ports and memory-mapped I/O. The
 * board registers the devices' ranges at set-up (devices/devices.c); machine/exit.c reads and writes.
 */
#ifndef VMM_DEVICES_BUS_H
#define VMM_DEVICES_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "devices/unclaimed.h"

/*
 * How a device answers accesses to one of its ranges. `offset` is relative to the range. `size` is 1, 2, 4 or 8 bytes
 * and at most `width`: the bus splits wider accesses, and accesses that reach beyond the range, into single bytes in
 * rising order, as an ISA bus does.
 */
struct bus_device {
	const char *name;
	uint8_t width; /* widest access the device takes whole, in bytes */
	uint64_t (*read)(void *owner, uint64_t offset, unsigned size);
	void (*write)(void *owner, uint64_t offset, unsigned size, uint64_t value);
};

struct bus_range {
	uint64_t base;	 /* address of the first byte */
	uint64_t length; /* bytes */
	const struct bus_device *device;
	void *owner; /* first argument of the device's functions */
};

enum { BUS_RANGES_MAX = 32 };

struct bus {
	const char *name; /* "port" or "mmio", for messages */
	unsigned count;
	unsigned last;				 /* index of the range found last, tried first: guests poll */
	struct bus_range ranges[BUS_RANGES_MAX]; /* sorted by base */
	struct unclaimed unclaimed;		 /* reads that no device answered */
};

void bus_init(struct bus *bus, const char *name);

/*
 * Registers `length` bytes from address `base` on for a device. Returns 0, or -1 with a line in *error when the length
 * is 0, the range wraps around, it overlaps another device's range, or the table is full.
 */
int bus_add(struct bus *bus, uint64_t base, uint64_t length, const struct bus_device *device, void *owner,
	    struct error *error);

/*
 * Reads `size` (1, 2, 4, 8) bytes at `address` into *value, zero-extended. Bytes that no device owns read as all ones.
 * Returns whether any device answered.
 */
bool bus_read(struct bus *bus, uint64_t address, unsigned size, uint64_t *value);

/* Writes `size` (1, 2, 4, 8) bytes; bytes that no device owns are dropped. Returns whether any device answered. */
bool bus_write(struct bus *bus, uint64_t address, unsigned size, uint64_t value);

#endif

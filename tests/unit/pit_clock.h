/* SPDX-License-Identifier: MIT */
/* An 8254 with its ports, its interrupt line, and a clock that the test moves. Used by test_pit_*.c. */
#ifndef TESTS_UNIT_PIT_CLOCK_H
#define TESTS_UNIT_PIT_CLOCK_H

#include "devices/devices.h"

#include <criterion/criterion.h>

enum { TIMER = 0x40, REFRESH, SPEAKER, CONTROL, SYSTEM = 0x61 };
enum { LOW_HIGH = 0x30, LOW = 0x10, HIGH = 0x20, BCD = 1, STATUS_OUT = 0x80, STATUS_NULL = 0x40 };

/* The clock does not start at 0, so that mixing up absolute and relative times makes a test fail. */
#define EPOCH UINT64_C(5000000000123)
#define SECOND UINT64_C(1000000000)

static struct pit pit;
static struct bus bus;
static uint64_t now, alarm_at;
static unsigned alarms, edges;
static bool level;

static inline uint64_t clock_now(void *owner)
{
	(void)owner;
	return now;
}

static inline void clock_alarm(void *owner, uint64_t deadline)
{
	(void)owner;
	cr_assert_neq(deadline, alarm_at, "the alarm is set only when the deadline changes");
	alarm_at = deadline;
	alarms++;
}

static inline void on_line(void *controller, unsigned input, bool high)
{
	(void)controller;
	cr_assert_eq(input, 0);
	edges += high && !level;
	level = high;
}

static const struct clock clock_source = {clock_now, clock_alarm, NULL};

static inline void setup(void)
{
	struct error error;
	now = EPOCH;
	alarm_at = CLOCK_NEVER;
	bus_init(&bus, "port");
	pit_device.init(&pit, &(struct device_wiring){.line = {on_line, NULL, 0}, .clock = &clock_source});
	cr_assert_eq(device_attach(&pit_device, &pit, &bus, NULL, &error), 0);
}

static inline void out(unsigned port, unsigned value)
{
	cr_assert(bus_write(&bus, port, 1, value));
}

static inline uint8_t in(unsigned port)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, 1, &value));
	return (uint8_t)value;
}

static inline uint16_t in_count(unsigned port)
{
	uint8_t low = in(port);
	return (uint16_t)(low | in(port) << 8);
}

static inline uint8_t status(unsigned counter)
{
	out(CONTROL, 0xe0 | 2u << counter);
	return in(TIMER + counter);
}

/* The first nanosecond of tick `ticks` after the epoch, computed in another way than the device computes it. */
static inline uint64_t at_tick(uint64_t ticks)
{
	uint64_t seconds = ticks / PIT_FREQUENCY, rest = ticks % PIT_FREQUENCY;
	return EPOCH + seconds * SECOND + (rest * SECOND + PIT_FREQUENCY - 1) / PIT_FREQUENCY;
}

static inline void go_to(uint64_t ticks)
{
	now = at_tick(ticks);
}

/* Programs a counter at the current tick; the counter loads the count at the next tick. */
static inline void program(unsigned counter, unsigned mode, unsigned count)
{
	out(CONTROL, counter << 6 | LOW_HIGH | mode << 1);
	out(TIMER + counter, count & 0xff);
	out(TIMER + counter, count >> 8);
}

static inline void gate(bool high)
{
	out(SYSTEM, high);
}

static inline bool speaker_out(void)
{
	return in(SYSTEM)&0x20;
}

#endif

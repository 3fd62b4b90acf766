/* SPDX-License-Identifier: MIT */
/*
 * The 8254 of a PC: host time in ticks for its three counters, their ports and port 0x61, and counter 0's
 * interrupts. The bus brings the guest's accesses; the board calls pit_advance when the alarm has gone off.
 */
#include "devices/pit.h"

enum {
	PORT_COUNTERS = 0x40, /* 0x40 to 0x42, and the control word register after them */
	PORTS = 4,
	CONTROL = 3,
	PORT_SYSTEM = 0x61,
};

enum {
	SELECT_SHIFT = 6,
	SELECT_READ_BACK = 3,
	READ_BACK_NO_COUNT = 0x20,
	READ_BACK_NO_STATUS = 0x10,
	READ_BACK_COUNTER_0 = 0x02,
};

enum {
	TIMER = 0,   /* its OUT is IRQ 0 */
	SPEAKER = 2, /* its gate is in port 0x61 */
	COUNTERS = 3,
};

/* Port 0x61 (PC/AT technical reference, "system board I/O"). */
enum {
	SYSTEM_GATE = 0x01,
	SYSTEM_WRITABLE = 0x0f, /* gate and data of the speaker, enables of the parity and channel checks */
	SYSTEM_REFRESH = 0x10,
	SYSTEM_OUT = 0x20,
	REFRESH_TICKS = 18, /* a memory refresh, at which the bit toggles: every 15 us */
};

static const uint64_t NS_PER_SECOND = 1000000000;

__extension__ typedef unsigned __int128 uint128;

/* Both directions are exact in 128 bits, so the n-th tick is where it belongs however great n is. */
static int64_t to_ticks(const struct pit *pit, uint64_t ns)
{
	return (int64_t)((uint128)(ns - pit->epoch) * PIT_FREQUENCY / NS_PER_SECOND);
}

/* The first nanosecond at which to_ticks gives `ticks`. */
static uint64_t to_ns(const struct pit *pit, int64_t ticks)
{
	uint128 ns = ((uint128)ticks * NS_PER_SECOND + PIT_FREQUENCY - 1) / PIT_FREQUENCY + pit->epoch;
	return ns < CLOCK_NEVER ? (uint64_t)ns : CLOCK_NEVER;
}

static uint64_t now(const struct pit *pit)
{
	return pit->clock->now(pit->clock->owner);
}

/* One interrupt for all the edges of counter 0 until now; `tick` and `ns` are the same moment. */
static void raise_due(struct pit *pit, int64_t tick, uint64_t ns)
{
	uint64_t edges = i8254_take_edges(&pit->counters[TIMER], tick);
	if (edges == 0)
		return;
	pit->last = ns < pit->alarm ? ns : pit->alarm;
	pit->raised++;
	pit->coalesced += edges - 1;
	line_set(&pit->line, false);
	line_set(&pit->line, true);
}

static void set_alarm(struct pit *pit)
{
	int64_t edge = i8254_next_edge(&pit->counters[TIMER]);
	uint64_t deadline = edge == I8254_NEVER ? CLOCK_NEVER : to_ns(pit, edge);
	if (i8254_is_periodic(&pit->counters[TIMER]) && deadline < pit->last + PIT_ALARM_INTERVAL_MIN)
		deadline = pit->last + PIT_ALARM_INTERVAL_MIN;
	if (deadline == pit->alarm)
		return;
	pit->alarm = deadline;
	pit->clock->alarm(pit->clock->owner, deadline);
}

void pit_advance(struct pit *pit)
{
	uint64_t ns = now(pit);
	if (ns < pit->alarm)
		return;
	raise_due(pit, to_ticks(pit, ns), ns);
	set_alarm(pit);
}

/* Brings all counters up to date, as every access needs them, and gives the tick of it. */
static int64_t catch_up(struct pit *pit)
{
	uint64_t ns = now(pit);
	int64_t tick = to_ticks(pit, ns);
	raise_due(pit, tick, ns);
	for (unsigned i = TIMER + 1; i < COUNTERS; i++)
		i8254_take_edges(&pit->counters[i], tick);
	return tick;
}

static void read_back(struct pit *pit, uint8_t command, int64_t tick)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		if (command & READ_BACK_COUNTER_0 << i)
			i8254_latch(&pit->counters[i], !(command & READ_BACK_NO_COUNT),
				    !(command & READ_BACK_NO_STATUS), tick);
	}
}

/* Nothing drives the data bus when the control word register is read. */
static uint64_t pit_read(void *owner, uint64_t offset, unsigned size)
{
	struct pit *pit = owner;
	(void)size;
	if (offset == CONTROL)
		return UINT8_MAX;
	uint8_t value = i8254_read(&pit->counters[offset], catch_up(pit));
	set_alarm(pit);
	return value;
}

static void pit_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)size;
	if (offset != CONTROL)
		i8254_write(&pit->counters[offset], (uint8_t)value, tick);
	else if (value >> SELECT_SHIFT == SELECT_READ_BACK)
		read_back(pit, (uint8_t)value, tick);
	else
		i8254_control(&pit->counters[value >> SELECT_SHIFT], (uint8_t)value, tick);
	/* Mode 0 takes OUT low when it is set up: that withdraws an interrupt not yet acknowledged. */
	if (!i8254_is_periodic(&pit->counters[TIMER]) && !i8254_out(&pit->counters[TIMER], tick))
		line_set(&pit->line, false);
	set_alarm(pit);
}

static uint64_t system_read(void *owner, uint64_t offset, unsigned size)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)offset;
	(void)size;
	set_alarm(pit);
	return pit->port61 | (tick / REFRESH_TICKS % 2 != 0 ? SYSTEM_REFRESH : 0) |
	       (i8254_out(&pit->counters[SPEAKER], tick) ? SYSTEM_OUT : 0);
}

static void system_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)offset;
	(void)size;
	pit->port61 = (uint8_t)value & SYSTEM_WRITABLE;
	i8254_set_gate(&pit->counters[SPEAKER], value & SYSTEM_GATE, tick);
	set_alarm(pit);
}

static const struct bus_device pit_device = {"pit", 1, pit_read, pit_write};
static const struct bus_device system_device = {"system-control", 1, system_read, system_write};

void pit_init(struct pit *pit, const struct clock *clock, struct line line)
{
	*pit = (struct pit){.clock = clock, .line = line, .alarm = CLOCK_NEVER};
	pit->epoch = now(pit);
	for (unsigned i = 0; i < COUNTERS; i++)
		i8254_init(&pit->counters[i], i != SPEAKER);
}

int pit_attach(struct pit *pit, struct bus *ports, struct error *error)
{
	if (bus_add(ports, PORT_COUNTERS, PORTS, &pit_device, pit, error) != 0)
		return -1;
	return bus_add(ports, PORT_SYSTEM, 1, &system_device, pit, error);
}

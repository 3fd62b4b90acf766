/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes all port devices on one bus: the input is a sequence of accesses of every size and of steps in time. No device
 * may crash, loop or break what its header promises. Run by tests/fuzz/run.
 */
#include <stdlib.h>

#include "base/array.h"
#include "base/units.h"
#include "devices/devices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An input is a sequence of these steps. */
struct step {
	uint8_t operation; /* enum operation; for accesses also the size in bits 5:4, write in bit 7 */
	uint8_t port;	   /* index into `ports`; bits 7:6 are added to the port's number */
	uint8_t value[4];
};

enum operation { ACCESS, ADVANCE, SLEEP, INPUT, ACKNOWLEDGE, RAISE, OPERATIONS };

static const uint16_t ports[] = {0x20,	0x21,  0xa0,  0xa1,  0x4d0, 0x4d1, 0x40,  0x41,	 0x42,	0x43,  0x61,
				 0x64,	0x92,  0xcf8, 0xcf9, 0xe9,  0xf4,  0xf7,  0x3f8, 0x3f9, 0x3fa, 0x3fb,
				 0x3fc, 0x3fd, 0x3fe, 0x3ff, 0x500, 0x504, 0x508, 0x50c, 0x510, 0x51f};

struct machine {
	struct bus bus;
	struct devices devices;
	uint64_t now, alarm;
	uint8_t waiting; /* bytes of console input that wait */
	uint32_t ring;
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static uint64_t clock_now(void *owner)
{
	const struct machine *machine = owner;
	return machine->now;
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	struct machine *machine = owner;
	check(deadline != machine->alarm);
	machine->alarm = deadline;
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner;
	(void)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	struct machine *machine = owner;
	size_t count = 0;
	while (count < size && machine->waiting > 0)
		bytes[count++] = machine->waiting--;
	return count;
}

static bool ready(void *owner, bool watch)
{
	const struct machine *machine = owner;
	(void)watch;
	return machine->waiting > 0;
}

static void ignore_value(void *owner, uint32_t value)
{
	(void)owner;
	(void)value;
}

static void ignore(void *owner)
{
	(void)owner;
}

static void set_ring(void *owner, uint32_t frame)
{
	struct machine *machine = owner;
	machine->ring = frame;
}

static uint32_t get_ring(void *owner)
{
	const struct machine *machine = owner;
	return machine->ring;
}

static void access_port(struct machine *machine, const struct step *step, uint32_t datum)
{
	unsigned size = 1u << (step->operation >> 4 & 3) % 3;
	uint64_t port = ports[step->port % COUNT(ports)] + (step->port >> 6);
	uint64_t value;
	if (step->operation & 0x80) {
		bus_write(&machine->bus, port, size, datum);
		return;
	}
	bus_read(&machine->bus, port, size, &value);
	check(value <= UINT64_MAX >> (64 - 8 * size));
}

/* Advances the clock by up to 4 s, or, with `long_time`, by up to half a year. */
static void sleep_for(struct machine *machine, uint32_t datum, bool long_time)
{
	machine->now += long_time ? (uint64_t)datum << 22 : datum;
}

/* tests/prove/prove_pit.c assumes this of a counter whose gate rises. */
static void check_counters(const struct machine *machine)
{
	const struct pit *pit = &machine->devices.pit;
	const int64_t tick = (int64_t)((long double)(machine->now - pit->epoch) * PIT_FREQUENCY / NS_PER_SECOND);

	for (size_t i = 0; i < COUNT(pit->counters); i++) {
		const int64_t start = pit->counters[i].current.start;
		check(start >= -2 * 65536 && start <= tick + 2);
	}
}

static void run_step(struct machine *machine, const struct step *step)
{
	uint32_t datum;
	__builtin_memcpy(&datum, step->value, sizeof(datum));
	uint64_t periods = machine->devices.pit.raised + machine->devices.pit.coalesced;
	switch ((enum operation)((step->operation & 0xf) % OPERATIONS)) {
	case ACCESS:
		access_port(machine, step, datum);
		break;
	case ADVANCE:
		if (machine->alarm != CLOCK_NEVER && machine->alarm > machine->now)
			machine->now = machine->alarm;
		pit_advance(&machine->devices.pit);
		check(machine->alarm == CLOCK_NEVER || machine->alarm > machine->now);
		break;
	case SLEEP:
		sleep_for(machine, datum, step->port == 0);
		break;
	case INPUT:
		machine->waiting = step->value[0];
		uart_input(&machine->devices.uart);
		break;
	case ACKNOWLEDGE:
		pic_acknowledge(&machine->devices.pic);
		break;
	case RAISE:
		pic_set_input(&machine->devices.pic, step->value[0] % 16, step->value[1] & 1);
		break;
	case OPERATIONS:
		break;
	}
	check(machine->devices.pit.raised + machine->devices.pit.coalesced >= periods);
	check_counters(machine);
	check(!pic_pending(&machine->devices.pic) || machine->devices.pic.master.irr != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine machine = {.alarm = CLOCK_NEVER};
	struct clock clock = {.now = clock_now, .alarm = clock_alarm, .owner = &machine};
	struct chardev chardev = {transmit, receive, ready, &machine};
	struct control control = {.power_off = ignore_value,
				  .debug_exit = ignore_value,
				  .reset = ignore,
				  .debug_byte = transmit,
				  .set_ring = set_ring,
				  .get_ring = get_ring,
				  .doorbell = ignore,
				  .time_of_day = clock.now,
				  .absent_call = ignore_value,
				  .owner = &machine};
	struct error error;

	bus_init(&machine.bus, "port");
	const struct device_wiring wiring = {{pic_set_input, &machine.devices.pic, 0}, &clock, &chardev, &control};
	const struct device_row *row;
	for (unsigned i = 0; (row = device_row(i)) != NULL; i++) {
		void *state = (char *)&machine.devices + row->state;
		struct device_wiring own = wiring;
		own.line.input = row->device->irq == DEVICE_NO_IRQ ? 0 : (unsigned)row->device->irq;
		row->device->init(state, &own);
		check(device_attach(row->device, state, &machine.bus, NULL, &error) == 0);
	}

	for (; size >= sizeof(struct step); data += sizeof(struct step), size -= sizeof(struct step)) {
		struct step step;
		__builtin_memcpy(&step, data, sizeof(step));
		run_step(&machine, &step);
	}
	return 0;
}

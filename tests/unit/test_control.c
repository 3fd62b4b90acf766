/* SPDX-License-Identifier: MIT */
/* Unit tests of the control ports: isa-debug-exit, debug console, the three resets, the ringside device. */
#include "base/array.h"
#include "devices/devices.h"
#include "ringside/device.h"

#include <criterion/criterion.h>

static struct bus bus;
static unsigned exits, resets, power_offs, doorbells, bytes, ring_writes;
static uint32_t exit_value, power_off_status, ring;
static uint8_t last_byte;

static void on_power_off(void *owner, uint32_t status)
{
	cr_assert_eq(owner, &bus);
	power_offs++;
	power_off_status = status;
}

static void on_debug_exit(void *owner, uint32_t value)
{
	cr_assert_eq(owner, &bus);
	exits++;
	exit_value = value;
}

static void on_reset(void *owner)
{
	cr_assert_eq(owner, &bus);
	resets++;
}

static void on_debug_byte(void *owner, uint8_t byte)
{
	cr_assert_eq(owner, &bus);
	bytes++;
	last_byte = byte;
}

static void on_set_ring(void *owner, uint32_t frame)
{
	cr_assert_eq(owner, &bus);
	ring_writes++;
	ring = frame;
}

static uint32_t on_get_ring(void *owner)
{
	cr_assert_eq(owner, &bus);
	return ring;
}

static void on_doorbell(void *owner)
{
	cr_assert_eq(owner, &bus);
	doorbells++;
}

static uint64_t time_now;

static uint64_t on_time_of_day(void *owner)
{
	cr_assert_eq(owner, &bus);
	return time_now;
}

static uint32_t absent_call;

static void on_absent_call(void *owner, uint32_t number)
{
	cr_assert_eq(owner, &bus);
	absent_call = number;
}

static const struct control control = {
	.power_off = on_power_off,
	.debug_exit = on_debug_exit,
	.reset = on_reset,
	.debug_byte = on_debug_byte,
	.set_ring = on_set_ring,
	.get_ring = on_get_ring,
	.doorbell = on_doorbell,
	.time_of_day = on_time_of_day,
	.absent_call = on_absent_call,
	.owner = &bus,
	.features = RINGSIDE_FEATURE_EVENTS,
};

static void attach(const struct control *wired)
{
	struct error error;
	bus_init(&bus, "port");
	static const struct device *const devices[] = {&debugexit_device, &debugcon_device, &reset_device,
						       &ringside_device};
	static struct control states[4];
	for (unsigned i = 0; i < COUNT(devices); i++) {
		devices[i]->init(&states[i], &(struct device_wiring){.control = wired});
		cr_assert_eq(device_attach(devices[i], &states[i], &bus, NULL, &error), 0);
	}
}

static void setup(void)
{
	attach(&control);
}

TestSuite(control, .init = setup);

static uint64_t in(uint64_t port, unsigned size)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, size, &value), "port 0x%x has no owner", (unsigned)port);
	return value;
}

static void out(uint64_t port, unsigned size, uint64_t value)
{
	cr_assert(bus_write(&bus, port, size, value), "port 0x%x has no owner", (unsigned)port);
}

Test(control, debug_exit_takes_every_size_whole)
{
	static const struct {
		uint16_t port, size;
		uint32_t value;
	} writes[] = {{0xf4, 1, 0x31}, {0xf4, 2, 0x1234}, {0xf4, 4, 0x89abcdef}, {0xf7, 1, 0}, {0xf6, 2, 7}};
	for (unsigned i = 0; i < COUNT(writes); i++) {
		exits = 0;
		out(writes[i].port, writes[i].size, writes[i].value);
		cr_assert_eq(exits, 1);
		cr_assert_eq(exit_value, writes[i].value);
	}
	cr_assert_eq(in(0xf4, 4), 0);
}

Test(control, debug_console)
{
	cr_assert_eq(in(0xe9, 1), 0xe9);
	out(0xe9, 1, 'x');
	cr_assert_eq(bytes, 1);
	cr_assert_eq(last_byte, 'x');
}

Test(control, keyboard_controller_resets_by_its_pulse_alone)
{
	cr_assert_eq(in(0x64, 1) & 2, 0, "the input buffer is never full");
	out(0x64, 1, 0xd1);
	out(0x64, 1, 0xff);
	cr_assert_eq(resets, 0);
	out(0x64, 1, 0xfe);
	cr_assert_eq(resets, 1);
	uint64_t value;
	cr_assert_not(bus_read(&bus, 0x60, 1, &value));
}

Test(control, reset_control_wants_both_bits_in_a_byte)
{
	out(0xcf9, 1, 0x02);
	out(0xcf9, 1, 0x04);
	cr_assert_eq(resets, 0);
	out(0xcf9, 1, 0x0e);
	cr_assert_eq(resets, 1);
}

Test(control, pci_configuration_address_does_not_reset)
{
	out(0xcf8, 4, 0x80000600);
	out(0xcf8, 2, 0x0600);
	cr_assert_eq(resets, 0);
	cr_assert_eq(in(0xcf8, 4), 0xffffffff);
	uint64_t value;
	cr_assert_not(bus_read(&bus, 0xcfc, 4, &value), "there is no PCI");
}

Test(control, fast_reset_and_a20)
{
	cr_assert_eq(in(0x92, 1), 0x02, "A20 is open");
	out(0x92, 1, 0x02);
	cr_assert_eq(resets, 0);
	out(0x92, 1, 0x03);
	cr_assert_eq(resets, 1);
}

Test(control, ringside_registers)
{
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_ID, 4), RINGSIDE_ID);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_FEATURES, 4), RINGSIDE_FEATURE_EVENTS);
	out(RINGSIDE_PORT + RINGSIDE_REG_RING, 4, 0x12345);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_RING, 4), 0x12345);
	out(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0);
	cr_assert_eq(doorbells, 1);
	out(RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, 4, 300);
	cr_assert_eq(power_offs, 1);
	cr_assert_eq(power_off_status, 300);
}

/* A reading of the low half latches the high half, so a carry between the two readings does no harm. */
Test(control, ringside_time_of_day)
{
	time_now = 0x17a1b2c3ffffffff;
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_LOW, 4), 0xffffffff);
	time_now++;
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_HIGH, 4), 0x17a1b2c3);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_HIGH, 4), 0x17a1b2c3);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_LOW, 4), 0);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_HIGH, 4), 0x17a1b2c4);
}

Test(control, ringside_without_time_of_day, .init = NULL)
{
	struct control timeless = control;

	timeless.time_of_day = NULL;
	attach(&timeless);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_LOW, 4), 0xffffffff);
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_TIME_HIGH, 4), 0xffffffff);
}

/* QEMU's fw_cfg: the selector is a 16-bit port at 0x510, the data an 8-bit port at 0x511. */
Test(control, ringside_takes_only_aligned_accesses_of_32_bits)
{
	for (uint16_t port = RINGSIDE_PORT; port < RINGSIDE_PORT + RINGSIDE_PORT_LENGTH; port++) {
		for (uint16_t size = 1; size <= 4; size = (uint16_t)(size * 2)) {
			if (size == 4 && port % 4 == 0)
				continue;
			cr_assert_eq(in(port, size), UINT32_MAX >> (32 - 8 * size), "port %#x, %u bytes", port, size);
			out(port, size, 0x19);
			cr_assert_eq(power_offs + doorbells + ring_writes, 0, "port %#x, %u bytes", port, size);
		}
	}
}

Test(control, ringside_unknown_registers)
{
	cr_assert_eq(in(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4), 0xffffffff, "write-only");
	cr_assert_eq(in(RINGSIDE_PORT + 0x1c, 4), 0xffffffff);
	cr_assert_eq(in(RINGSIDE_PORT + 0x1e, 4), 0xffffffff, "an access beyond the last register reads all ones");
	out(RINGSIDE_PORT + RINGSIDE_REG_ID, 4, 0);
	out(RINGSIDE_PORT + 0x1c, 4, 0);
	cr_assert_eq(in(RINGSIDE_PORT, 4), RINGSIDE_ID);
	cr_assert_eq(power_offs + doorbells + ring_writes + exits + resets, 0);
}

Test(control, ringside_is_told_of_absent_system_calls)
{
	out(RINGSIDE_PORT + RINGSIDE_REG_ABSENT_CALL, 2, 7);
	cr_assert_eq(absent_call, 0, "only 32 bits reach a register");
	out(RINGSIDE_PORT + RINGSIDE_REG_ABSENT_CALL, 4, 202);
	cr_assert_eq(absent_call, 202);
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of the bus: registration and its refusals, routing, splitting, and accesses that no device claims. */
#include "devices/bus.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A device that logs every access and returns the offset in each byte read. */
struct probe {
	char log[256];
};

static uint64_t probe_read(void *owner, uint64_t offset, unsigned size)
{
	struct probe *probe = owner;
	size_t used = strlen(probe->log);
	snprintf(probe->log + used, sizeof(probe->log) - used, "r%u@%x ", size, (unsigned)offset);
	uint64_t value = UINT64_MAX; /* sets bits beyond the access size, which the bus must cut off */
	for (unsigned i = 0; i < size; i++)
		value = (value & ~(UINT64_C(0xff) << 8 * i)) | (0x10 + offset + i) << 8 * i;
	return value;
}

static void probe_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct probe *probe = owner;
	size_t used = strlen(probe->log);
	snprintf(probe->log + used, sizeof(probe->log) - used, "w%u@%x=%llx ", size, (unsigned)offset,
		 (unsigned long long)value);
}

static const struct bus_device bytes = {"bytes", 1, probe_read, probe_write};
static const struct bus_device words = {"words", 4, probe_read, probe_write};

static struct bus bus;
static struct probe low, high;
static struct error error;

static void setup(void)
{
	low = high = (struct probe){0};
	bus_init(&bus, "port");
	cr_assert_eq(bus_add(&bus, 0x100, 8, &words, &high, &error), 0);
	cr_assert_eq(bus_add(&bus, 0x40, 4, &bytes, &low, &error), 0);
}

TestSuite(bus, .init = setup);

static uint64_t read_at(uint64_t address, unsigned size, bool answered)
{
	uint64_t value = 0x5555555555555555;
	cr_assert_eq(bus_read(&bus, address, size, &value), answered);
	return value;
}

Test(bus, reaches_the_device_with_relative_offset)
{
	cr_assert_eq(read_at(0x42, 1, true), 0x12);
	cr_assert_eq(read_at(0x104, 4, true), 0x17161514);
	cr_assert(bus_write(&bus, 0x106, 2, 0xabcd));
	cr_assert_str_eq(low.log, "r1@2 ");
	cr_assert_str_eq(high.log, "r4@4 w2@6=abcd ");
}

Test(bus, splits_what_is_wider_than_the_device)
{
	cr_assert_eq(read_at(0x40, 4, true), 0x13121110);
	cr_assert(bus_write(&bus, 0x41, 2, 0xbbaa));
	cr_assert_str_eq(low.log, "r1@0 r1@1 r1@2 r1@3 w1@1=aa w1@2=bb ");
	read_at(0x100, 8, true);
	cr_assert_str_eq(high.log, "r1@0 r1@1 r1@2 r1@3 r1@4 r1@5 r1@6 r1@7 ");
}

Test(bus, splits_at_the_edges_of_a_range)
{
	cr_assert_eq(read_at(0x3e, 4, true), 0x1110ffff, "two bytes before the range, two in it");
	cr_assert_eq(read_at(0x106, 4, true), 0xffff1716);
	cr_assert(bus_write(&bus, 0x105, 4, 0x44332211));
	cr_assert_str_eq(high.log, "r1@6 r1@7 w1@5=11 w1@6=22 w1@7=33 ");
}

Test(bus, an_access_may_reach_two_neighbours)
{
	struct probe neighbour = {0};
	cr_assert_eq(bus_add(&bus, 0x44, 1, &bytes, &neighbour, &error), 0);
	cr_assert_eq(read_at(0x43, 2, true), 0x1013);
	cr_assert_str_eq(low.log, "r1@3 ");
	cr_assert_str_eq(neighbour.log, "r1@0 ");
}

Test(bus, nobody_reads_all_ones)
{
	cr_assert_eq(read_at(0x80, 1, false), 0xff);
	cr_assert_eq(read_at(0x80, 2, false), 0xffff);
	cr_assert_eq(read_at(0x80, 4, false), 0xffffffff);
	cr_assert_eq(read_at(0x80, 8, false), UINT64_MAX);
	cr_assert_not(bus_write(&bus, 0x44, 4, 0));
	cr_assert_str_empty(low.log);
}

Test(bus, an_access_does_not_wrap_to_address_0)
{
	cr_assert_eq(bus_add(&bus, 0, 4, &bytes, &low, &error), 0);
	cr_assert_eq(bus_add(&bus, UINT64_MAX, 1, &words, &high, &error), 0, "the last address may be registered");
	cr_assert_eq(read_at(UINT64_MAX, 4, true), 0xffffff10);
	cr_assert_str_empty(low.log);
}

Test(bus, an_empty_bus_has_nobody, .init = NULL)
{
	bus_init(&bus, "mmio");
	cr_assert_eq(read_at(0, 4, false), 0xffffffff);
}

static void refused(uint64_t base, uint64_t length, const char *word)
{
	error.text[0] = '\0';
	cr_assert_eq(bus_add(&bus, base, length, &bytes, &low, &error), -1, "0x%llx", (unsigned long long)base);
	cr_assert_not_null(strstr(error.text, word), "'%s' should say '%s'", error.text, word);
	cr_assert_null(strchr(error.text, '\n'));
}

Test(bus, refuses_overlap_naming_both)
{
	refused(0x43, 1, "overlaps bytes at 0x40");
	refused(0x3f, 2, "overlaps bytes at 0x40");
	refused(0x0, 0x1000, "bytes at 0x0 overlaps bytes at 0x40");
	refused(0x102, 2, "overlaps words at 0x100");
	refused(0x44, 0xbd, "overlaps words at 0x100");
	cr_assert_eq(bus.count, 2);
	cr_assert_eq(bus_add(&bus, 0x44, 0xbc, &bytes, &low, &error), 0, "exactly the gap");
}

Test(bus, refuses_nonsense_ranges)
{
	refused(0x200, 0, "makes no sense");
	refused(UINT64_MAX, 2, "makes no sense");
	refused(2, UINT64_MAX, "makes no sense");
}

Test(bus, refuses_when_full_and_finds_every_range)
{
	while (bus.count < BUS_RANGES_MAX)
		cr_assert_eq(bus_add(&bus, 0x1000 - 16 * bus.count, 4, &bytes, &low, &error), 0);
	refused(0x2000, 1, "no room");
	for (unsigned i = 2; i < BUS_RANGES_MAX; i++) {
		cr_assert_eq(read_at(0x1000 - 16 * i, 1, true), 0x10);
		cr_assert_eq(read_at(0x1004 - 16 * i, 1, false), 0xff);
	}
	cr_assert_eq(read_at(0x42, 1, true), 0x12);
}

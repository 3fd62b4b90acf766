/* SPDX-License-Identifier: MIT */
/* Unit tests of the count of reads that no device answered, and of the table of absent devices. */
#include <criterion/criterion.h>

#include "devices/absent.h"
#include "devices/devices.h"

enum { APIC_ICR = 0xfee00300, READS = 100000 };

Test(unclaimed, the_address_that_is_polled_is_found_among_any_others)
{
	struct unclaimed unclaimed = {0};

	cr_expect_null(unclaimed_most(&unclaimed));
	for (unsigned i = 0; i < READS; i++)
		unclaimed_read(&unclaimed, i % 3 == 0 ? APIC_ICR : UINT64_C(0xd0000000) + i);
	const struct unclaimed_slot *most = unclaimed_most(&unclaimed);
	cr_expect_eq(unclaimed.reads, READS);
	cr_assert_not_null(most);
	cr_expect_eq(most->address, APIC_ICR);
}

/* A read of a bus counts once, whatever its size, and only when no device answered any byte of it. */
Test(unclaimed, a_bus_counts_its_reads)
{
	struct bus bus;
	uint64_t value;

	bus_init(&bus, "port");
	for (unsigned size = 1; size <= 4; size *= 2)
		cr_expect_not(bus_read(&bus, 0x70, size, &value));
	bus_write(&bus, 0x70, 1, 0);
	cr_expect_eq(bus.unclaimed.reads, 3);
	cr_expect_eq(unclaimed_most(&bus.unclaimed)->address, 0x70);
	cr_expect_eq(unclaimed_most(&bus.unclaimed)->count, 3);
}

Test(unclaimed, absent_devices_have_names)
{
	cr_expect_str_eq(absent_device_at(true, APIC_ICR)->name, "local APIC");
	cr_expect_str_eq(absent_device_at(true, 0xfec00010)->name, "I/O APIC");
	cr_expect_str_eq(absent_device_at(false, 0x71)->name, "real-time clock (CMOS)");
	cr_expect_str_eq(absent_device_at(false, 0x1f7)->name, "IDE disk");
	cr_expect_null(absent_device_at(true, 0x71));
	cr_expect_null(absent_device_at(false, 0x700));
	cr_expect_null(absent_device_at(true, 0xb8000), "the text screen's memory is RAM");
}

/* What a device of this machine answers is not absent. */
Test(unclaimed, no_device_is_present_and_absent)
{
	const struct device_row *row;

	for (unsigned i = 0; (row = device_row(i)) != NULL; i++)
		for (unsigned n = 0; n < row->device->range_count; n++)
			for (uint64_t at = 0; at < row->device->ranges[n].length; at++)
				cr_expect_null(absent_device_at(row->device->ranges[n].is_mmio,
								row->device->ranges[n].base + at),
					       "%s", row->device->ranges[n].access.name);
}

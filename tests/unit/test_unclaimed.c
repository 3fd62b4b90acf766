/* SPDX-License-Identifier: MIT */
/* Unit tests of the count of reads that no device answered, and of the table of absent devices. */
#include <criterion/criterion.h>

#include "devices/absent.h"
#include "devices/devices.h"
#include "machine/unclaimed.h"

enum { APIC_ICR = 0xfee00300, READS = 100000 };

Test(unclaimed, the_address_that_is_polled_is_found_among_any_others)
{
	struct unclaimed unclaimed = {0};

	cr_expect_null(unclaimed_most(&unclaimed));
	for (unsigned i = 0; i < READS; i++)
		unclaimed_read(&unclaimed, true, i % 3 == 0 ? APIC_ICR : UINT64_C(0xd0000000) + i);
	const struct unclaimed_slot *most = unclaimed_most(&unclaimed);
	cr_expect_eq(unclaimed.reads, READS);
	cr_assert_not_null(most);
	cr_expect_eq(most->address, APIC_ICR);
	cr_expect(most->is_mmio);
}

Test(unclaimed, a_port_is_not_the_memory_of_that_address)
{
	struct unclaimed unclaimed = {0};

	unclaimed_read(&unclaimed, true, 0x71);
	for (unsigned i = 0; i < 3; i++)
		unclaimed_read(&unclaimed, false, 0x71);
	cr_expect_eq(unclaimed_most(&unclaimed)->count, 3);
	cr_expect_not(unclaimed_most(&unclaimed)->is_mmio);
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

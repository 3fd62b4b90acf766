/* SPDX-License-Identifier: MIT */
/* Unit tests of vmm/kvm/cpuid.c: which CPUID bits that KVM supports the guest gets. */
#include <criterion/criterion.h>

#include "kvm/cpuid.h"

TestSuite(cpuid, .timeout = 30);

enum {
	LEAF_FEATURES = 1,
	LEAF_TOPOLOGY = 0xb,
	X2APIC = 1u << 21,
	TSC_DEADLINE = 1u << 24,
	APIC = 1u << 9,
	TSC_KHZ = 2600000,
};
#define HYPERVISOR (1u << 31)
#define LEAF_TIMING 0x40000010u

static struct cpuid cpuid;

static void offer(bool has_apic)
{
	cpuid = (struct cpuid){
		.count = 3,
		.entries = {{.function = LEAF_FEATURES, .ebx = 0x05020800, .ecx = X2APIC | TSC_DEADLINE, .edx = APIC},
			    {.function = 2},
			    {.function = LEAF_TOPOLOGY, .edx = 5}},
	};
	cpuid_filter(&cpuid, TSC_KHZ, has_apic);
}

Test(cpuid, hides_the_apic_where_there_is_none)
{
	offer(false);
	cr_expect_eq(cpuid.entries[0].ecx, HYPERVISOR);
	cr_expect_eq(cpuid.entries[0].edx, 0);
}

Test(cpuid, shows_the_apic_where_it_is)
{
	offer(true);
	cr_expect_eq(cpuid.entries[0].ecx, HYPERVISOR | X2APIC | TSC_DEADLINE);
	cr_expect_eq(cpuid.entries[0].edx, APIC);
}

Test(cpuid, the_only_vcpu_has_identifier_0)
{
	offer(true);
	cr_expect_eq(cpuid.entries[0].ebx, 0x00020800);
}

Test(cpuid, drops_what_is_empty_or_of_the_host_and_tells_the_frequency)
{
	offer(true);
	cr_assert_eq(cpuid.count, 2);
	cr_expect_eq(cpuid.entries[1].function, LEAF_TIMING);
	cr_expect_eq(cpuid.entries[1].eax, TSC_KHZ);
}

Test(cpuid, a_full_table_stays_one)
{
	cpuid = (struct cpuid){.count = CPUID_ENTRIES_MAX};
	for (uint32_t i = 0; i < CPUID_ENTRIES_MAX; i++)
		cpuid.entries[i] = (struct kvm_cpuid_entry2){.function = 0x80000000u + i, .eax = 1};
	cpuid_filter(&cpuid, TSC_KHZ, false);
	cr_expect_eq(cpuid.count, CPUID_ENTRIES_MAX);
}

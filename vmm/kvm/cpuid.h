/* SPDX-License-Identifier: MIT */
/*
 * What the guest's CPUID says: the host's offer without what this machine does not have. A pure function
 * of the table; vcpu.c gets and sets it.
 */
#ifndef VMM_KVM_CPUID_H
#define VMM_KVM_CPUID_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUID_ENTRIES_MAX = 256 };

/* struct kvm_cpuid2 with room for its entries. */
struct cpuid {
	uint32_t count;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[CPUID_ENTRIES_MAX];
};

_Static_assert(offsetof(struct cpuid, entries) == offsetof(struct kvm_cpuid2, entries), "the layout is KVM's");

/*
 * Drops empty leaves, hides KVM's paravirtual features, and the local APIC where there is none, and tells the
 * TSC's frequency in the timing leaf that VMware defined and KVM guests read (0x40000010).
 */
void cpuid_filter(struct cpuid *cpuid, uint32_t tsc_khz, bool has_apic);

#endif

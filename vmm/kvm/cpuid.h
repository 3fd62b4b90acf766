/* SPDX-License-Identifier: MIT */
/*
 * The CPUID leaves that the guest sees: those that KVM supports, without the features this machine does not have. A
 * pure function of the table of leaves; kvm/vcpu.c reads the table from KVM, filters it here, and gives it to the vCPU.
 */
#ifndef VMM_KVM_CPUID_H
#define VMM_KVM_CPUID_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUID_ENTRIES_MAX = 256 };

/* struct kvm_cpuid2 (the KVM API's flexible array of leaves) with room for CPUID_ENTRIES_MAX entries. */
struct cpuid {
	uint32_t count;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[CPUID_ENTRIES_MAX];
};

_Static_assert(offsetof(struct cpuid, entries) == offsetof(struct kvm_cpuid2, entries),
	       "struct cpuid has the layout of struct kvm_cpuid2");

/*
 * Changes `cpuid` in place: drops empty leaves, hides KVM's paravirtual features, hides the local APIC unless
 * `has_apic`, and puts the frequency of the TSC (`tsc_khz`, in kHz) into leaf 0x40000010, the timing leaf that VMware
 * defined and that guests of KVM read. A table that is full after the filtering gets no timing leaf.
 */
void cpuid_filter(struct cpuid *cpuid, uint32_t tsc_khz, bool has_apic);

#endif

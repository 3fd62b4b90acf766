/* SPDX-License-Identifier: MIT */
/* Filters the table of CPUID leaves that the guest will see: see cpuid.h. */
#include "kvm/cpuid.h"

/* Leaves: Intel SDM vol. 2A, CPUID; Documentation/virt/kvm/x86/cpuid.rst; VMware KB 1009458. */
#define LEAF_FEATURES 0x1u
#define LEAF_TOPOLOGY 0xbu
#define LEAF_TOPOLOGY_V2 0x1fu
#define LEAF_HYPERVISOR 0x40000000u
#define LEAF_KVM_FEATURES 0x40000001u
#define LEAF_TIMING 0x40000010u

#define FEATURES_EBX_APIC_ID 0xff000000u
#define FEATURES_ECX_X2APIC (1u << 21)
#define FEATURES_ECX_TSC_DEADLINE (1u << 24)
#define FEATURES_ECX_HYPERVISOR (1u << 31)
#define FEATURES_EDX_APIC (1u << 9)

static bool is_wanted(const struct kvm_cpuid_entry2 *leaf)
{
	switch (leaf->function) {
	case LEAF_TOPOLOGY: /* both topology leaves hold the x2APIC ID of a host CPU */
	case LEAF_TOPOLOGY_V2:
	case LEAF_KVM_FEATURES:
	case LEAF_TIMING:
		return false;
	default:
		return (leaf->eax | leaf->ebx | leaf->ecx | leaf->edx) != 0;
	}
}

static void adjust(struct kvm_cpuid_entry2 *leaf, bool has_apic)
{
	if (leaf->function == LEAF_FEATURES) {
		leaf->ebx &= ~FEATURES_EBX_APIC_ID; /* KVM reports the host CPU's APIC ID; the only vCPU has ID 0 */
		leaf->ecx |= FEATURES_ECX_HYPERVISOR;
		if (has_apic) {
			leaf->edx |= FEATURES_EDX_APIC;
		} else {
			leaf->ecx &= ~(FEATURES_ECX_X2APIC | FEATURES_ECX_TSC_DEADLINE);
			leaf->edx &= ~FEATURES_EDX_APIC;
		}
	} else if (leaf->function == LEAF_HYPERVISOR) {
		leaf->eax = LEAF_TIMING;
	}
}

void cpuid_filter(struct cpuid *cpuid, uint32_t tsc_khz, bool has_apic)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < cpuid->count; i++) {
		if (!is_wanted(&cpuid->entries[i]))
			continue;
		cpuid->entries[kept] = cpuid->entries[i];
		adjust(&cpuid->entries[kept++], has_apic);
	}
	if (kept < CPUID_ENTRIES_MAX)
		cpuid->entries[kept++] = (struct kvm_cpuid_entry2){.function = LEAF_TIMING, .eax = tsc_khz};
	cpuid->count = kept;
}

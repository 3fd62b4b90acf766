/* SPDX-License-Identifier: MIT */
/*
 * The host's KVM as a whole: /dev/kvm, its API version and what it can do. Opened once by `vmm run`,
 * used by vm.c and vcpu.c.
 */
#ifndef VMM_KVM_SYSTEM_H
#define VMM_KVM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#include "kvm/cpuid.h"
#include "util/error.h"

struct kvm {
	int fd;
	size_t run_size; /* bytes of a vCPU's shared struct kvm_run mapping */
	bool sync_regs;	 /* registers come with every exit (KVM_CAP_SYNC_REGS) */
};

/* Opens /dev/kvm and checks the API version and each capability the VMM cannot do without. */
int kvm_open(struct kvm *kvm, struct error *error);
void kvm_close(struct kvm *kvm);

/* What KVM_GET_SUPPORTED_CPUID offers. */
int kvm_supported_cpuid(const struct kvm *kvm, struct cpuid *cpuid, struct error *error);

#endif

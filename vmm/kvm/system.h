/* SPDX-License-Identifier: MIT */
/*
 * The host's KVM as a whole: /dev/kvm, its API version and what it can do. Opened once by `vmm run`,
 * used by vm.c and vcpu.c.
 */
#ifndef VMM_KVM_SYSTEM_H
#define VMM_KVM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "kvm/cpuid.h"

#define KVM_DEVICE "/dev/kvm"

struct kvm {
	int fd;
	size_t run_size; /* bytes of a vCPU's shared struct kvm_run mapping */
	bool sync_regs;	 /* registers come with every exit (KVM_CAP_SYNC_REGS) */
};

/* What KVM may have and the VMM uses. */
struct kvm_capability {
	int number; /* KVM_CAP_* */
	bool is_required;
	const char *name;
	const char *use;     /* what needs it */
	const char *instead; /* what happens without; NULL = the VMM refuses to run */
};

/* The rows in order; NULL after the last. */
const struct kvm_capability *kvm_capability(unsigned index);

/* KVM_CHECK_EXTENSION: 0 = absent. */
int kvm_check(const struct kvm *kvm, int capability);

/* The device only, without any check. */
int kvm_open_device(struct kvm *kvm, struct error *error);
int kvm_api_version(const struct kvm *kvm);

/* Opens /dev/kvm and checks the API version and each capability the VMM cannot do without. */
int kvm_open(struct kvm *kvm, struct error *error);
void kvm_close(struct kvm *kvm);

/* What KVM_GET_SUPPORTED_CPUID offers. */
int kvm_supported_cpuid(const struct kvm *kvm, struct cpuid *cpuid, struct error *error);

#endif

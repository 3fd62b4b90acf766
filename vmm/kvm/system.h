/* SPDX-License-Identifier: MIT */
/*
 * The host's KVM as a whole: /dev/kvm, its API version and its capabilities. Opened by `vmm run`, `vmm bench` and
 * `vmm doctor`, which prints the capabilities; used by kvm/vm.c and kvm/vcpu.c. Sections of "the KVM API" are those of
 * the kernel's Documentation/virt/kvm/api.rst.
 */
#ifndef VMM_KVM_SYSTEM_H
#define VMM_KVM_SYSTEM_H

#include <stdbool.h>

#include "base/error.h"
#include "kvm/cpuid.h"

#define KVM_DEVICE "/dev/kvm"

struct kvm {
	int fd; /* of KVM_DEVICE; -1 = not open */
};

/* A capability of KVM that the VMM requires, or uses where the host has it. */
struct kvm_capability {
	int number; /* KVM_CAP_* */
	bool is_required;
	const char *name;    /* "KVM_CAP_..." */
	const char *use;     /* what the VMM uses the capability for */
	const char *instead; /* what happens without the capability; NULL = the VMM refuses to run */
};

/* Row `index` of the table of capabilities; NULL after the last row. */
const struct kvm_capability *kvm_capability(unsigned index);

/* KVM_CHECK_EXTENSION of a KVM_CAP_*: the positive value that KVM returns, or 0 when the capability is absent. */
int kvm_check(const struct kvm *kvm, int capability);

/* Opens /dev/kvm and checks nothing. Returns 0, or -1 with a line in *error. Release with kvm_close(). */
int kvm_open_device(struct kvm *kvm, struct error *error);

/* KVM_GET_API_VERSION; negative, with errno set, when the open device is not KVM. */
int kvm_api_version(const struct kvm *kvm);

/*
 * Opens /dev/kvm and checks its API version and every required capability. Returns 0, or -1 with a line in *error and
 * nothing open. Release with kvm_close().
 */
int kvm_open(struct kvm *kvm, struct error *error);
void kvm_close(struct kvm *kvm);

/* Fills *cpuid with the leaves of KVM_GET_SUPPORTED_CPUID. Returns 0, or -1 with a line in *error. */
int kvm_supported_cpuid(const struct kvm *kvm, struct cpuid *cpuid, struct error *error);

#endif

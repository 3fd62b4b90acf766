/* SPDX-License-Identifier: MIT */
/* A virtual machine as KVM knows it: a file descriptor and memory slots. No in-kernel interrupt controller. */
#ifndef VMM_KVM_VM_H
#define VMM_KVM_VM_H

#include <stdint.h>

#include "kvm/system.h"
#include "util/error.h"

struct vm {
	int fd;
};

int vm_create(struct vm *vm, const struct kvm *kvm, struct error *error);
void vm_close(struct vm *vm);

/* Makes `size` bytes at `host` the guest's memory from `gpa`. All page-aligned; size 0 is nothing. */
int vm_add_memory(const struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t size, void *host, struct error *error);

#endif

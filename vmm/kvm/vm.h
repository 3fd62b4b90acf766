/* SPDX-License-Identifier: MIT */
/* A virtual machine as KVM knows it: a file descriptor, memory slots, and the interrupt controllers it keeps itself. */
#ifndef VMM_KVM_VM_H
#define VMM_KVM_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kvm/irqchip.h"
#include "kvm/system.h"

struct vm {
	int fd;
	enum irqchip irqchip;
};

int vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error);
void vm_close(struct vm *vm);

/* Drives input 0-15 of the kernel's 8259A pair; `owner` is a struct vm. Has the shape of struct line's `set`. */
void vm_set_input(void *owner, unsigned input, bool level);

/* Makes `size` bytes at `host` the guest's memory from `gpa`. All page-aligned; size 0 is nothing. */
int vm_add_memory(const struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t size, void *host, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A virtual machine as KVM knows it: a file descriptor, memory slots, and the interrupt controllers that KVM emulates.
 * Created by run/run.c, `vmm bench` and `vmm doctor`.
 */
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

/* Creates a VM without memory or vCPU. Returns 0, or -1 with a line in *error. Release with vm_close(). */
int vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error);
void vm_close(struct vm *vm);

/*
 * Drives input 0-15 of the 8259A pair that KVM emulates; `owner` is a struct vm. Has the type of struct line's `set`.
 */
void vm_set_input(void *owner, unsigned input, bool level);

/*
 * Makes the `size` bytes at `host` the guest's memory from guest-physical address `gpa` on. All three are multiples of
 * the page size; a `size` of 0 adds nothing. Returns 0, or -1 with a line in *error.
 */
int vm_add_memory(const struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t size, void *host, struct error *error);

#endif

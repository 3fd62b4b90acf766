/* SPDX-License-Identifier: MIT */
#include "kvm/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * kvm_intel without unrestricted guest runs real mode as virtual-8086 tasks: it needs a TSS of three pages
 * and an identity-mapping page table of one, in a place the guest never uses ("KVM_SET_TSS_ADDR",
 * "KVM_SET_IDENTITY_MAP_ADDR" in the KVM API). They lie in the hole below 4 GiB.
 */
#define IDENTITY_MAP_ADDRESS UINT64_C(0xfffbc000)
#define TSS_ADDRESS UINT64_C(0xfffbd000)

int vm_create(struct vm *vm, const struct kvm *kvm, struct error *error)
{
	uint64_t identity_map = IDENTITY_MAP_ADDRESS;

	do
		vm->fd = ioctl(kvm->fd, KVM_CREATE_VM, 0);
	while (vm->fd < 0 && errno == EINTR);
	if (vm->fd < 0)
		return error_set(error, "KVM_CREATE_VM: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map) < 0)
		return error_set(error, "KVM_SET_IDENTITY_MAP_ADDR: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_SET_TSS_ADDR, TSS_ADDRESS) < 0)
		return error_set(error, "KVM_SET_TSS_ADDR: %s", strerror(errno));
	return 0;
}

void vm_close(struct vm *vm)
{
	if (vm->fd >= 0)
		close(vm->fd);
	vm->fd = -1;
}

int vm_add_memory(const struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t size, void *host, struct error *error)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = (uintptr_t)host,
	};

	if (size == 0)
		return 0;
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return error_set(error, "KVM_SET_USER_MEMORY_REGION of %" PRIu64 " MiB at 0x%" PRIx64 ": %s",
				 size >> 20, gpa, strerror(errno));
	return 0;
}

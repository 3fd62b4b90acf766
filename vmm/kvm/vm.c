/* SPDX-License-Identifier: MIT */
/* Creates the VM, its memory slots and the interrupt controllers that KVM emulates: see vm.h. */
#include "kvm/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * kvm_intel on processors without "unrestricted guest" runs real mode as a virtual-8086 task. KVM then needs three
 * pages for a TSS and one page for an identity-mapping page table at guest-physical addresses that the guest never uses
 * (KVM API, "KVM_SET_TSS_ADDR" and "KVM_SET_IDENTITY_MAP_ADDR"). Both are in the hole below 4 GiB, which has no RAM.
 */
#define IDENTITY_MAP_ADDRESS UINT64_C(0xfffbc000)
#define TSS_ADDRESS UINT64_C(0xfffbd000)

#define IOAPIC_PINS 24 /* as many pins as KVM's own I/O APIC has */

static int refuse_irqchip(const char *step, const char *word, struct error *error)
{
	return error_set(error, "%s: %s: this host's KVM has no --irqchip=%s; --irqchip=user works everywhere", step,
			 strerror(errno), word);
}

static int create_split_irqchip(const struct vm *vm, struct error *error)
{
	struct kvm_enable_cap split = {.cap = KVM_CAP_SPLIT_IRQCHIP, .args = {IOAPIC_PINS}};

	return ioctl(vm->fd, KVM_ENABLE_CAP, &split) < 0 ? refuse_irqchip("KVM_CAP_SPLIT_IRQCHIP", "split", error) : 0;
}

static int create_kernel_irqchip(const struct vm *vm, struct error *error)
{
	struct kvm_pit_config pit = {.flags = KVM_PIT_SPEAKER_DUMMY}; /* KVM answers port 0x61 too */

	if (ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0) < 0)
		return refuse_irqchip("KVM_CREATE_IRQCHIP", "kernel", error);
	return ioctl(vm->fd, KVM_CREATE_PIT2, &pit) < 0 ? refuse_irqchip("KVM_CREATE_PIT2", "kernel", error) : 0;
}

/* Must run before KVM_CREATE_VCPU, which gives the vCPU a local APIC or not according to this setting. */
static int create_irqchip(const struct vm *vm, struct error *error)
{
	static int (*const create[IRQCHIP_COUNT])(const struct vm *, struct error *) = {
		[IRQCHIP_SPLIT] = create_split_irqchip,
		[IRQCHIP_KERNEL] = create_kernel_irqchip,
	};

	return create[vm->irqchip] != NULL ? create[vm->irqchip](vm, error) : 0;
}

int vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error)
{
	uint64_t identity_map = IDENTITY_MAP_ADDRESS;

	vm->irqchip = irqchip;
	do
		vm->fd = ioctl(kvm->fd, KVM_CREATE_VM, 0);
	while (vm->fd < 0 && errno == EINTR);
	if (vm->fd < 0)
		return error_set(error, "KVM_CREATE_VM: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map) < 0)
		return error_set(error, "KVM_SET_IDENTITY_MAP_ADDR: %s", strerror(errno));
	if (ioctl(vm->fd, KVM_SET_TSS_ADDR, TSS_ADDRESS) < 0)
		return error_set(error, "KVM_SET_TSS_ADDR: %s", strerror(errno));
	return create_irqchip(vm, error);
}

void vm_set_input(void *owner, unsigned input, bool level)
{
	const struct vm *vm = owner;
	struct kvm_irq_level line = {.irq = input, .level = level};

	ioctl(vm->fd, KVM_IRQ_LINE, &line);
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

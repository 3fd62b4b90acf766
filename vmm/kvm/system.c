/* SPDX-License-Identifier: MIT */
#include "kvm/system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define KVM_DEVICE "/dev/kvm"

struct requirement {
	int capability;
	const char *name;
	const char *needed_by;
};

static const struct requirement requirements[] = {
	{KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY", "guest RAM"},
	{KVM_CAP_SET_TSS_ADDR, "KVM_CAP_SET_TSS_ADDR", "protected mode on Intel hosts without unrestricted guest"},
	{KVM_CAP_SET_IDENTITY_MAP_ADDR, "KVM_CAP_SET_IDENTITY_MAP_ADDR",
	 "protected mode on Intel hosts without unrestricted guest"},
	{KVM_CAP_EXT_CPUID, "KVM_CAP_EXT_CPUID", "64-bit guests"},
	{KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT", "the timer (Linux 4.13 or newer has it)"},
};

static int refuse_device(struct error *error)
{
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return error_set(error, "no " KVM_DEVICE ": load kvm_intel or kvm_amd; "
					"in a virtual machine, enable nested virtualisation");
	case EACCES:
	case EPERM:
		return error_set(error, "no permission to open " KVM_DEVICE
					": add yourself to the group kvm (usermod -aG kvm USER) and log in again");
	default:
		return error_set(error, "cannot open " KVM_DEVICE ": %s", strerror(errno));
	}
}

static int check(struct kvm *kvm, struct error *error)
{
	int version = ioctl(kvm->fd, KVM_GET_API_VERSION, 0);

	if (version < 0)
		return error_set(error, KVM_DEVICE " is not KVM: %s", strerror(errno));
	if (version != KVM_API_VERSION)
		return error_set(error, "KVM API version %d, need %d: the host's kernel is too old or too new", version,
				 KVM_API_VERSION);
	for (size_t i = 0; i < sizeof(requirements) / sizeof(*requirements); i++) {
		const struct requirement *need = &requirements[i];

		if (ioctl(kvm->fd, KVM_CHECK_EXTENSION, need->capability) <= 0)
			return error_set(error, "this host's KVM lacks %s, which %s needs", need->name,
					 need->needed_by);
	}
	return 0;
}

int kvm_open(struct kvm *kvm, struct error *error)
{
	*kvm = (struct kvm){.fd = open(KVM_DEVICE, O_RDWR | O_CLOEXEC)};
	if (kvm->fd < 0)
		return refuse_device(error);
	if (check(kvm, error) < 0) {
		kvm_close(kvm);
		return -1;
	}
	int size = ioctl(kvm->fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (size < (int)sizeof(struct kvm_run)) {
		kvm_close(kvm);
		return error_set(error, "KVM_GET_VCPU_MMAP_SIZE says %d bytes, need %zu", size, sizeof(struct kvm_run));
	}
	const int wanted = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS;
	int offered = ioctl(kvm->fd, KVM_CHECK_EXTENSION, KVM_CAP_SYNC_REGS);

	kvm->run_size = (size_t)size;
	kvm->sync_regs = offered > 0 && (offered & wanted) == wanted;
	return 0;
}

void kvm_close(struct kvm *kvm)
{
	if (kvm->fd >= 0)
		close(kvm->fd);
	kvm->fd = -1;
}

int kvm_supported_cpuid(const struct kvm *kvm, struct cpuid *cpuid, struct error *error)
{
	cpuid->count = CPUID_ENTRIES_MAX;
	if (ioctl(kvm->fd, KVM_GET_SUPPORTED_CPUID, cpuid) < 0)
		return error_set(error, "KVM_GET_SUPPORTED_CPUID: %s", strerror(errno));
	return 0;
}

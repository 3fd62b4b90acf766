/* SPDX-License-Identifier: MIT */
/* Opens /dev/kvm and checks the table of capabilities: see system.h. */
#include "kvm/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/kvm_api.h"

#define KVM_EMULATED_HOST "an emulated host: scripts/kvm-host svm -- build/vmm ..."

#define REQUIRED(name, use)                                                                                            \
	{                                                                                                              \
		name, true, #name, use, NULL                                                                           \
	}
#define USEFUL(name, use, instead)                                                                                     \
	{                                                                                                              \
		name, false, #name, use, instead                                                                       \
	}

/* clang-format off */
static const struct kvm_capability capabilities[] = {
	REQUIRED(KVM_CAP_USER_MEMORY, "guest RAM"),
	REQUIRED(KVM_CAP_SET_TSS_ADDR, "protected mode on Intel hosts without unrestricted guest"),
	REQUIRED(KVM_CAP_SET_IDENTITY_MAP_ADDR, "protected mode on Intel hosts without unrestricted guest"),
	REQUIRED(KVM_CAP_EXT_CPUID, "64-bit guests"),
	REQUIRED(KVM_CAP_IMMEDIATE_EXIT, "the timer (Linux 4.13 or newer has it)"),
	USEFUL(KVM_CAP_SYNC_REGS, "registers that come with every exit", "two more ioctls an exit"),
	USEFUL(KVM_CAP_GET_TSC_KHZ, "the frequency of the TSC", "it is measured at start, which takes a millisecond"),
	USEFUL(KVM_CAP_VCPU_ATTRIBUTES, "the offset of the guest's TSC", "the offset is estimated"),
	USEFUL(KVM_CAP_SET_GUEST_DEBUG, "single-stepping", "no --count-ring0"),
	USEFUL(KVM_CAP_BINARY_STATS_FD, "KVM's own count of exits", "--stats cannot check its count against KVM's"),
	USEFUL(KVM_CAP_IRQCHIP, "8259A and local APIC in the kernel", "no --irqchip=kernel"),
	USEFUL(KVM_CAP_PIT2, "8254 in the kernel", "no --irqchip=kernel"),
	USEFUL(KVM_CAP_SPLIT_IRQCHIP, "local APIC alone in the kernel", "no --irqchip=split"),
};
/* clang-format on */

enum { GROUP_SIZE = 33 }; /* Linux's useradd allows names of 32 letters */

/* The name that /etc/group has for a group. Read by hand: getgrgid() of a static program loads shared libraries. */
static bool group_name(gid_t group, char name[GROUP_SIZE])
{
	char line[LINE_MAX];
	bool found = false;
	FILE *file = fopen("/etc/group", "re");

	/* name:password:number:members */
	while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
		const char *password = strchr(line, ':');
		const char *number = password != NULL ? strchr(password + 1, ':') : NULL;

		found = number != NULL && strtoul(number + 1, NULL, 10) == group;
		if (found)
			snprintf(name, GROUP_SIZE, "%.*s", (int)(password - line), line);
	}
	if (file != NULL)
		fclose(file);
	return found;
}

/* Says what would give this user the device: the group that it belongs to, if that may use it, or else its mode. */
static int refuse_permission(struct error *error)
{
	char group[GROUP_SIZE];
	struct stat status;
	const mode_t needed = S_IRGRP | S_IWGRP;

	if (stat(KVM_DEVICE, &status) == 0 && (status.st_mode & needed) == needed && status.st_gid != 0 &&
	    group_name(status.st_gid, group))
		return error_set(error,
				 "no permission to open " KVM_DEVICE
				 ": add yourself to the group %s (sudo usermod -aG %s "
				 "USER) and log in again, or use " KVM_EMULATED_HOST,
				 group, group);
	return error_set(error,
			 "no permission to open " KVM_DEVICE ", and it is open to no group: sudo chmod a+rw " KVM_DEVICE
			 " gives it to all until the next boot, or use " KVM_EMULATED_HOST);
}

static int refuse_device(struct error *error)
{
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return error_set(error,
				 "no " KVM_DEVICE ": load kvm_intel or kvm_amd (in a virtual machine, enable "
				 "nested virtualisation first) and join the group kvm, or use " KVM_EMULATED_HOST);
	case EACCES:
	case EPERM:
		return refuse_permission(error);
	default:
		return error_set(error, "cannot open " KVM_DEVICE ": %s", strerror(errno));
	}
}

const struct kvm_capability *kvm_capability(unsigned index)
{
	return index < COUNT(capabilities) ? &capabilities[index] : NULL;
}

int kvm_check(const struct kvm *kvm, int capability)
{
	int value = ioctl(kvm->fd, KVM_CHECK_EXTENSION, capability);

	return value > 0 ? value : 0;
}

int kvm_api_version(const struct kvm *kvm)
{
	return ioctl(kvm->fd, KVM_GET_API_VERSION, 0);
}

static int check(struct kvm *kvm, struct error *error)
{
	int version = kvm_api_version(kvm);

	if (version < 0)
		return error_set(error, KVM_DEVICE " is not KVM: %s", strerror(errno));
	if (version != KVM_API_VERSION)
		return error_set(error, "KVM API version %d, need %d: the host's kernel is too old or too new", version,
				 KVM_API_VERSION);
	for (size_t i = 0; i < COUNT(capabilities); i++) {
		const struct kvm_capability *row = &capabilities[i];

		if (row->is_required && kvm_check(kvm, row->number) == 0)
			return error_set(error, "this host's KVM lacks %s, which %s needs", row->name, row->use);
	}
	return 0;
}

int kvm_open_device(struct kvm *kvm, struct error *error)
{
	*kvm = (struct kvm){.fd = open(KVM_DEVICE, O_RDWR | O_CLOEXEC)};
	return kvm->fd < 0 ? refuse_device(error) : 0;
}

int kvm_open(struct kvm *kvm, struct error *error)
{
	if (kvm_open_device(kvm, error) < 0)
		return -1;
	if (check(kvm, error) < 0) {
		kvm_close(kvm);
		return -1;
	}
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

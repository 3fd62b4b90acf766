/* SPDX-License-Identifier: MIT */
/*
 * The floor for every benchmark: a VMM that does only what is necessary to run a test image. `floor [-c] IMAGE
 * COMMAND-LINE` loads the image's first segment, enters it in 32-bit protected mode, prints what the guest writes to
 * COM1 and ends when the guest powers off. It sets CPUID as vmm does, or with -c does not; it logs, checks and emulates
 * nothing. Called by report.py.
 */
#include <elf.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ringside/pvh.h"

enum { COM1 = 0x3f8, POWEROFF = 0x510, CPUID_MAX = 256, BUFFER = 4096, START_INFO = 0x7000, COMMAND_LINE = 0x7100 };

static void need(long result)
{
	if (result < 0)
		_exit(125);
}

static uint64_t load(const char *image, const char *command_line, char *memory)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	int fd = open(image, O_RDONLY);

	need(pread(fd, &header, sizeof(header), 0));
	need(pread(fd, &segment, sizeof(segment), (off_t)header.e_phoff));
	need(pread(fd, memory + segment.p_paddr, segment.p_filesz, (off_t)segment.p_offset));
	memory[START_INFO + PVH_START_INFO_CMDLINE + 1] = (char)(COMMAND_LINE >> 8);
	strcpy(memory + COMMAND_LINE, command_line);
	return header.e_entry;
}

static void set_cpuid(int kvm, int vcpu)
{
	static struct {
		uint32_t count, padding;
		struct kvm_cpuid_entry2 entries[CPUID_MAX];
	} cpuid = {.count = CPUID_MAX};

	need(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid));
	need(ioctl(vcpu, KVM_SET_CPUID2, &cpuid));
}

static void set_registers(int vcpu, uint64_t entry)
{
	struct kvm_segment code = {
		.limit = UINT32_MAX, .selector = 8, .type = 0xb, .present = 1, .db = 1, .s = 1, .g = 1};
	struct kvm_segment data = code;
	struct kvm_regs regs = {.rip = entry, .rbx = START_INFO, .rflags = 2};

	data.selector = 16;
	data.type = 3;
	struct kvm_sregs sregs = {.cs = code, .ds = data, .es = data, .fs = data, .gs = data, .ss = data, .cr0 = 0x11};
	sregs.tr = (struct kvm_segment){.limit = 0x67, .selector = 24, .type = 0xb, .present = 1};
	sregs.ldt.unusable = 1;
	need(ioctl(vcpu, KVM_SET_SREGS, &sregs));
	need(ioctl(vcpu, KVM_SET_REGS, &regs));
}

static void put(char byte)
{
	static char buffer[BUFFER];
	static size_t length;

	buffer[length++] = byte;
	if (byte == '\n' || length == BUFFER) {
		need(write(STDOUT_FILENO, buffer, length));
		length = 0;
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	const size_t size = 128 << 20;
	const int has_cpuid = strcmp(argv[1], "-c") != 0;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct kvm_userspace_memory_region slot = {.memory_size = size, .userspace_addr = (uintptr_t)memory};
	int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0), vcpu;

	need(ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000));
	need(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot));
	need(vcpu = ioctl(vm, KVM_CREATE_VCPU, 0));
	struct kvm_run *run =
		mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (has_cpuid)
		set_cpuid(kvm, vcpu);
	set_registers(vcpu, load(argv[argc - 2], argv[argc - 1], memory));
	for (;;) {
		need(ioctl(vcpu, KVM_RUN, 0));
		if (run->exit_reason != KVM_EXIT_IO)
			return 1;
		const char *data = (const char *)run + run->io.data_offset;
		if (run->io.port == COM1)
			put(*data);
		if (run->io.port == POWEROFF)
			return *data;
	}
}

/* SPDX-License-Identifier: MIT */
/* Every ioctl on the vCPU except KVM_RUN, which is inline in vcpu.h. */
#include "kvm/vcpu.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/kvm_api.h"
#include "base/units.h"

enum {
	MSR_IA32_TSC = 0x10,
	CR0_PE = 1u << 0,
	CR0_ET = 1u << 4,
	RFLAGS_RESERVED = 1u << 1, /* always 1 */
	APIC_BASE_RESET = 0xfee00100,
	APIC_BASE_ENABLE = 0x800, /* KVM copies this bit into the APIC feature bit of the guest's CPUID */
	TYPE_CODE = 0xb,	  /* execute, read, accessed */
	TYPE_DATA = 0x3,	  /* read, write, accessed */
	TYPE_TSS = 0xb,		  /* 32-bit busy TSS, which VM entry requires (Intel SDM vol. 3C, 27.3.1.2) */
	SELECTOR_CODE = 0x8,
	SELECTOR_DATA = 0x10,
	SELECTOR_TSS = 0x18,
	TSS_LIMIT = 0x67,
	STATISTIC_NAME_MAX = 256,
	TSC_TRIES = 3,
	TSC_CHANGE_PARTS = 10, /* a change of less than 1/10 ms is not believed */
};

/* For hosts without KVM_GET_TSC_KHZ: measures the TSC in kHz against CLOCK_MONOTONIC over one millisecond. */
static uint32_t calibrate_tsc(void)
{
	const uint64_t start_tsc = __builtin_ia32_rdtsc(), start_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t elapsed = 0;

	while (elapsed < NS_PER_MS)
		elapsed = clock_ns(CLOCK_MONOTONIC) - start_ns;
	return (uint32_t)((__builtin_ia32_rdtsc() - start_tsc) * NS_PER_MS / elapsed);
}

static int set_cpuid(struct vcpu *vcpu, const struct kvm *kvm, struct error *error)
{
	struct cpuid cpuid;

	if (kvm_supported_cpuid(kvm, &cpuid, error) < 0)
		return -1;
	cpuid_filter(&cpuid, vcpu->tsc_khz, vcpu->has_apic);
	if (ioctl(vcpu->fd, KVM_SET_CPUID2, &cpuid) < 0)
		return error_set(error, "KVM_SET_CPUID2: %s", strerror(errno));
	return 0;
}

int vcpu_create(struct vcpu *vcpu, const struct kvm *kvm, const struct vm *vm, struct error *error)
{
	const uint64_t registers = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS;
	const int run_size = ioctl(kvm->fd, KVM_GET_VCPU_MMAP_SIZE, 0);

	*vcpu = (struct vcpu){
		.fd = -1,
		.sync_regs = ((uint64_t)kvm_check(kvm, KVM_CAP_SYNC_REGS) & registers) == registers,
		.has_apic = vm->irqchip != IRQCHIP_USER,
		.run_size = (size_t)run_size,
	};
	if (run_size < (int)sizeof(struct kvm_run))
		return error_set(error, "KVM_GET_VCPU_MMAP_SIZE says %d bytes, need %zu", run_size,
				 sizeof(struct kvm_run));
	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, 0);
	if (vcpu->fd < 0)
		return error_set(error, "KVM_CREATE_VCPU: %s", strerror(errno));
	void *run = mmap(NULL, vcpu->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (run == MAP_FAILED)
		return error_set(error, "cannot map the vCPU's struct kvm_run: %s", strerror(errno));
	vcpu->run = run;
	if (vcpu->sync_regs)
		vcpu->run->kvm_valid_regs = registers;
	int khz = ioctl(vcpu->fd, KVM_GET_TSC_KHZ, 0);
	vcpu->tsc_khz = khz > 0 ? (uint32_t)khz : calibrate_tsc();
	return set_cpuid(vcpu, kvm, error);
}

void vcpu_close(struct vcpu *vcpu)
{
	if (vcpu->run != NULL)
		munmap(vcpu->run, vcpu->run_size);
	if (vcpu->fd >= 0)
		close(vcpu->fd);
	*vcpu = (struct vcpu){.fd = -1};
}

static struct kvm_segment flat_segment(uint16_t selector, uint8_t type)
{
	return (struct kvm_segment){
		.limit = UINT32_MAX,
		.selector = selector,
		.type = type,
		.present = 1,
		.db = 1,
		.s = 1,
		.g = 1,
	};
}

int vcpu_set_state(struct vcpu *vcpu, const struct kvm_sregs *sregs, const struct kvm_regs *regs, struct error *error)
{
	if (ioctl(vcpu->fd, KVM_SET_SREGS, sregs) < 0)
		return error_set(error, "KVM_SET_SREGS: %s", strerror(errno));
	if (ioctl(vcpu->fd, KVM_SET_REGS, regs) < 0)
		return error_set(error, "KVM_SET_REGS: %s", strerror(errno));
	return 0;
}

int vcpu_start_at(struct vcpu *vcpu, uint32_t entry, uint32_t start_info, struct error *error)
{
	const struct kvm_segment data = flat_segment(SELECTOR_DATA, TYPE_DATA);
	const struct kvm_sregs sregs = {
		.cs = flat_segment(SELECTOR_CODE, TYPE_CODE),
		.ds = data,
		.es = data,
		.fs = data,
		.gs = data,
		.ss = data,
		.tr = {.limit = TSS_LIMIT, .selector = SELECTOR_TSS, .type = TYPE_TSS, .present = 1},
		.ldt = {.unusable = 1},
		.cr0 = CR0_PE | CR0_ET,
		.apic_base = APIC_BASE_RESET | (vcpu->has_apic ? APIC_BASE_ENABLE : 0u),
	};
	const struct kvm_regs regs = {.rip = entry, .rbx = start_info, .rflags = RFLAGS_RESERVED};

	return vcpu_set_state(vcpu, &sregs, &regs, error);
}

int vcpu_interrupt(struct vcpu *vcpu, uint8_t vector)
{
	struct kvm_interrupt interrupt = {.irq = vector};

	return ioctl(vcpu->fd, KVM_INTERRUPT, &interrupt) < 0 ? errno : 0;
}

uint64_t vcpu_msr(const struct vcpu *vcpu, uint32_t index)
{
	struct { /* struct kvm_msrs with room for one entry */
		uint32_t count, padding;
		struct kvm_msr_entry entry;
	} msrs = {.count = 1, .entry.index = index};

	return ioctl(vcpu->fd, KVM_GET_MSRS, &msrs) == 1 ? msrs.entry.data : 0;
}

struct tsc_estimate {
	uint64_t offset, error; /* ticks; the offset lies within `error` of `offset` */
	bool is_known;
};

/*
 * Reads the guest's TSC, and takes the host's TSC in the middle of that read for the same moment. Tries several times,
 * because a read that was interrupted tells little.
 */
static struct tsc_estimate estimate_tsc_offset(const struct vcpu *vcpu)
{
	struct tsc_estimate best = {.error = UINT64_MAX};

	for (unsigned i = 0; i < TSC_TRIES; i++) {
		const uint64_t before = __builtin_ia32_rdtsc();
		const uint64_t guest = vcpu_msr(vcpu, MSR_IA32_TSC);
		const uint64_t half = (__builtin_ia32_rdtsc() - before) / 2;

		if (guest != 0 && half < best.error)
			best = (struct tsc_estimate){guest - (before + half), half, true};
	}
	return best;
}

uint64_t vcpu_tsc_offset(const struct vcpu *vcpu)
{
	uint64_t offset;
	struct kvm_device_attr attribute = {
		.group = KVM_VCPU_TSC_CTRL,
		.attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)&offset,
	};

	if (ioctl(vcpu->fd, KVM_GET_DEVICE_ATTR, &attribute) == 0)
		return offset;
	/* Hosts older than KVM_VCPU_TSC_OFFSET, Linux 5.16. */
	return estimate_tsc_offset(vcpu).offset;
}

/* Makes no KVM_GET_DEVICE_ATTR, which the sandbox does not allow while the guest runs. */
int64_t vcpu_tsc_change(const struct vcpu *vcpu, uint64_t offset)
{
	const struct tsc_estimate estimate = estimate_tsc_offset(vcpu);
	const int64_t change = (int64_t)(estimate.offset - offset);
	const uint64_t least = estimate.error + vcpu->tsc_khz / TSC_CHANGE_PARTS;

	return estimate.is_known && (uint64_t)(change < 0 ? -change : change) > least ? change : 0;
}

int vcpu_single_step(struct vcpu *vcpu, bool on, struct error *error)
{
	struct kvm_guest_debug debug = {.control = on ? KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP : 0};

	if (ioctl(vcpu->fd, KVM_SET_GUEST_DEBUG, &debug) < 0)
		return error_set(error, "KVM_SET_GUEST_DEBUG: %s; --count-ring0 needs it", strerror(errno));
	return 0;
}

bool vcpu_is_halted(const struct vcpu *vcpu)
{
	struct kvm_mp_state state;

	return ioctl(vcpu->fd, KVM_GET_MP_STATE, &state) == 0 && state.mp_state == KVM_MP_STATE_HALTED;
}

int vcpu_put_registers(struct vcpu *vcpu)
{
	return ioctl(vcpu->fd, KVM_SET_REGS, &vcpu->run->s.regs.regs) < 0 ? errno : 0;
}

void vcpu_skip_sregs(struct vcpu *vcpu)
{
	vcpu->run->kvm_valid_regs &= ~(uint64_t)KVM_SYNC_X86_SREGS;
	vcpu->run->s.regs.sregs.ss.dpl = VCPU_CPL_UNKNOWN; /* KVM no longer writes here, so the value stays */
}

int vcpu_fetch_registers(struct vcpu *vcpu)
{
	if (ioctl(vcpu->fd, KVM_GET_REGS, &vcpu->run->s.regs.regs) < 0)
		return errno;
	return ioctl(vcpu->fd, KVM_GET_SREGS, &vcpu->run->s.regs.sregs) < 0 ? errno : 0;
}

int vcpu_open_counters(const struct vcpu *vcpu)
{
	return ioctl(vcpu->fd, KVM_GET_STATS_FD, 0);
}

/*
 * KVM API, "KVM_GET_STATS_FD": the file holds a header, descriptors each followed by a name of name_size bytes, and the
 * 64-bit values.
 */
size_t vcpu_counters(int fd, struct vcpu_counter counters[VCPU_COUNTERS_MAX])
{
	const size_t name_size = sizeof(counters[0].name);
	struct kvm_stats_header header;
	union {
		struct kvm_stats_desc head;
		char room[sizeof(struct kvm_stats_desc) + STATISTIC_NAME_MAX];
	} descriptor;
	size_t count = 0;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header) || header.name_size > STATISTIC_NAME_MAX)
		return 0;
	const size_t size = sizeof(struct kvm_stats_desc) + header.name_size;
	for (uint32_t i = 0; i < header.num_desc && count < VCPU_COUNTERS_MAX; i++) {
		struct vcpu_counter *counter = &counters[count];

		if (pread(fd, &descriptor, size, (off_t)(header.desc_offset + i * size)) != (ssize_t)size)
			break;
		if (descriptor.head.size != 1) /* a histogram */
			continue;
		if (pread(fd, &counter->value, sizeof(counter->value), header.data_offset + descriptor.head.offset) !=
		    sizeof(counter->value))
			break;
		memset(counter->name, 0, name_size);
		memcpy(counter->name, descriptor.head.name,
		       strnlen(descriptor.head.name, header.name_size < name_size ? header.name_size : name_size));
		count++;
	}
	return count;
}

bool vcpu_kvm_exits(const struct vcpu *vcpu, uint64_t *exits)
{
	struct vcpu_counter counters[VCPU_COUNTERS_MAX];
	const int fd = vcpu_open_counters(vcpu);
	const size_t count = vcpu_counters(fd, counters);
	size_t i = 0;

	if (fd >= 0)
		close(fd);
	while (i < count && strncmp(counters[i].name, "exits", sizeof(counters[i].name)) != 0)
		i++;
	if (i < count)
		*exits = counters[i].value;
	return i < count;
}

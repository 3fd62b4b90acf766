/* SPDX-License-Identifier: MIT */
/*
 * The vCPU. `vmm run` creates it in run/run.c and runs it in machine/loop.c; `vmm bench` and `vmm doctor` have one too.
 * After every exit run->s.regs holds the general and the special registers (only the general ones after
 * vcpu_skip_sregs()), whether or not the host has KVM_CAP_SYNC_REGS.
 */
#ifndef VMM_KVM_VCPU_H
#define VMM_KVM_VCPU_H

#include <errno.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "base/error.h"
#include "kvm/vm.h"

enum { VCPU_CPL_UNKNOWN = 4 }; /* in place of a CPL, which is 0 to 3 */

struct vcpu {
	int fd;
	bool sync_regs; /* KVM_RUN copies the registers into struct kvm_run at every exit (KVM_CAP_SYNC_REGS) */
	bool has_apic;	/* there is a local APIC, which KVM emulates */
	struct kvm_run *run;
	size_t run_size; /* bytes mapped at `run`, which is larger than struct kvm_run */
	uint64_t runs;	 /* how often KVM_RUN has returned */
	uint32_t tsc_khz;
};

/*
 * Creates the vCPU of `vm` and sets its CPUID. Returns 0, or -1 with a line in *error. Release with vcpu_close(), also
 * after a failure.
 */
int vcpu_create(struct vcpu *vcpu, const struct kvm *kvm, const struct vm *vm, struct error *error);
void vcpu_close(struct vcpu *vcpu);

/*
 * Sets the state in which the PVH boot ABI (ringside/pvh.h) starts a kernel: 32-bit protected mode without paging, flat
 * segments, EIP = `entry`, EBX = `start_info` (both guest-physical). Returns 0, or -1 with a line in *error.
 */
int vcpu_start_at(struct vcpu *vcpu, uint32_t entry, uint32_t start_info, struct error *error);

/* Sets any state. Returns 0, or -1 with a line in *error. */
int vcpu_set_state(struct vcpu *vcpu, const struct kvm_sregs *sregs, const struct kvm_regs *regs, struct error *error);

/* Injects an interrupt. Allowed only while run->ready_for_interrupt_injection is set. Returns 0 or an errno. */
int vcpu_interrupt(struct vcpu *vcpu, uint8_t vector);

/* The difference in ticks, modulo 2^64: the guest's TSC minus the host's TSC. */
uint64_t vcpu_tsc_offset(const struct vcpu *vcpu);

/*
 * By how many ticks the guest has changed its TSC, if the difference was `offset` at its start. 0 = it has not, or by
 * less than can be measured: some 100 us.
 */
int64_t vcpu_tsc_change(const struct vcpu *vcpu, uint64_t offset);

/*
 * Turns single-stepping on or off: while it is on, every instruction that the host can step over ends in
 * KVM_EXIT_DEBUG. On hosts that step by the trap flag (RFLAGS.TF), a guest instruction that loads RFLAGS turns it off.
 * Returns 0, or -1 with a line in *error.
 */
int vcpu_single_step(struct vcpu *vcpu, bool on, struct error *error);

/* Sets the vCPU's general registers to those in run->s.regs. Returns 0 or an errno. */
int vcpu_put_registers(struct vcpu *vcpu);

/* Stores KVM's own count of this vCPU's exits (KVM_GET_STATS_FD) in *exits. False: this host keeps no such count. */
bool vcpu_kvm_exits(const struct vcpu *vcpu, uint64_t *exits);

/* One of KVM's own counters of a vCPU. */
struct vcpu_counter {
	char name[48]; /* KVM_STATS_NAME_SIZE; not ended by NUL if it is full */
	uint64_t value;
};

enum { VCPU_COUNTERS_MAX = 128 };

/* Opens KVM's counters (KVM_GET_STATS_FD): a descriptor for vcpu_counters(), or -1: this host keeps none. */
int vcpu_open_counters(const struct vcpu *vcpu);

/*
 * Reads all counters that are single numbers, always in the same order; at most VCPU_COUNTERS_MAX. Returns how many; 0
 * when the host has none. `fd` may be -1.
 */
size_t vcpu_counters(int fd, struct vcpu_counter counters[VCPU_COUNTERS_MAX]);

/* The value of the model-specific register `index`; 0 when KVM cannot read it. */
uint64_t vcpu_msr(const struct vcpu *vcpu, uint32_t index);

/* Whether the guest has executed HLT and waits inside KVM_RUN, as it does when KVM emulates the local APIC. */
bool vcpu_is_halted(const struct vcpu *vcpu);

/*
 * From now on KVM copies only the general registers at an exit. The special registers take KVM some forty VMREADs on
 * Intel, a third of the cost of an exit. run->s.regs.sregs is then out of date, except that its ss.dpl (the CPL) is
 * VCPU_CPL_UNKNOWN. A host without KVM_CAP_SYNC_REGS still fetches all registers at every exit.
 */
void vcpu_skip_sregs(struct vcpu *vcpu);

/* Fetches the general and the special registers into run->s.regs. Returns 0 or an errno. */
int vcpu_fetch_registers(struct vcpu *vcpu);

/*
 * Enters the guest and returns when it exits: 0, or the errno of KVM_RUN. A KVM_RUN that a signal or immediate_exit has
 * interrupted returns 0 with exit reason KVM_EXIT_INTR. *entry and *exit are the host's TSC before and after KVM_RUN.
 */
static inline int vcpu_run(struct vcpu *vcpu, uint64_t *entry, uint64_t *exit)
{
	*entry = __builtin_ia32_rdtsc();
	int result = ioctl(vcpu->fd, KVM_RUN, 0);
	*exit = __builtin_ia32_rdtsc();
	vcpu->runs++;
	if (__builtin_expect(result < 0, 0)) {
		if (errno != EINTR && errno != EAGAIN)
			return errno;
		vcpu->run->exit_reason = KVM_EXIT_INTR;
	}
	return __builtin_expect(vcpu->sync_regs, 1) ? 0 : vcpu_fetch_registers(vcpu);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The vCPU: created in the state a PVH kernel starts in, run by machine/loop.c. Its registers are in
 * run->s.regs after every exit, whether or not the host has KVM_CAP_SYNC_REGS; all of them, unless
 * vcpu_skip_sregs() was called.
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

enum { VCPU_CPL_UNKNOWN = 4 };

struct vcpu {
	int fd;
	bool sync_regs;
	bool has_apic; /* a local APIC, in the kernel */
	struct kvm_run *run;
	size_t run_size;
	uint64_t runs; /* returns from KVM_RUN, counted here and nowhere else */
	uint32_t tsc_khz;
};

/* Creates the vCPU with its CPUID. */
int vcpu_create(struct vcpu *vcpu, const struct kvm *kvm, const struct vm *vm, struct error *error);
void vcpu_close(struct vcpu *vcpu);

/* 32-bit protected mode without paging, flat segments: the state the PVH boot ABI asks for. */
int vcpu_start_at(struct vcpu *vcpu, uint32_t entry, uint32_t start_info, struct error *error);

/* Any other state. */
int vcpu_set_state(struct vcpu *vcpu, const struct kvm_sregs *sregs, const struct kvm_regs *regs, struct error *error);

/* Injects an interrupt; legal only when run->ready_for_interrupt_injection. 0, or an errno. */
int vcpu_interrupt(struct vcpu *vcpu, uint8_t vector);

/* What to add to the host's TSC for the guest's. */
uint64_t vcpu_tsc_offset(const struct vcpu *vcpu);

/*
 * From now on every instruction ends in a KVM_EXIT_DEBUG, as far as the host can; or no longer. Where the host steps
 * by the trap flag, an instruction that loads the flags ends it.
 */
int vcpu_single_step(struct vcpu *vcpu, bool on, struct error *error);

/* Gives the vCPU the general registers that are in run->s.regs. 0, or an errno. */
int vcpu_put_registers(struct vcpu *vcpu);

/* KVM's own count of this vCPU's exits (KVM_GET_STATS_FD). Returns whether the host keeps one. */
bool vcpu_kvm_exits(const struct vcpu *vcpu, uint64_t *exits);

/* The value of a model-specific register; 0 when the host does not tell. */
uint64_t vcpu_msr(const struct vcpu *vcpu, uint32_t index);

/* Whether the guest has halted and waits in the kernel, which it does where there is a local APIC. */
bool vcpu_is_halted(const struct vcpu *vcpu);

/*
 * From now on an exit brings the general registers only. On Intel the others are some forty VMREADs, a third of what an
 * exit costs. run->s.regs.sregs says nothing then; its ss.dpl, the CPL, is VCPU_CPL_UNKNOWN.
 * Where the host lacks KVM_CAP_SYNC_REGS, all are fetched as before.
 */
void vcpu_skip_sregs(struct vcpu *vcpu);

/* Fetches all registers that KVM_RUN does not bring. 0, or an errno. */
int vcpu_fetch_registers(struct vcpu *vcpu);

/*
 * Enters the guest until it exits. Returns 0 or an errno; a run broken off by a signal is 0 with exit
 * reason KVM_EXIT_INTR. *entry and *exit are the TSC before and after.
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

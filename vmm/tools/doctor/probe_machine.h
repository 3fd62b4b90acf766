/* SPDX-License-Identifier: MIT */
/*
 * A virtual machine for one trial of the probe image: 64-bit, with paging, rings 0 and 3 and a handler for every
 * vector. Whatever goes wrong in a trial ends with its machine. Used by probe_trials.c.
 */
#ifndef VMM_TOOLS_DOCTOR_PROBE_MACHINE_H
#define VMM_TOOLS_DOCTOR_PROBE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm/vcpu.h"
#include "tools/doctor/probe_image.h"

enum probe_end {
	PROBE_DONE,	 /* came to the end of its code in ring 0 */
	PROBE_TRAP,	 /* the trap `vector` was taken */
	PROBE_SYSCALL,	 /* arrived where LSTAR points */
	PROBE_KVM_ERROR, /* KVM could not go on (KVM_EXIT_INTERNAL_ERROR) */
	PROBE_TIMEOUT,	 /* did not end in time */
	PROBE_OTHER,	 /* any other exit */
};

/* The code to run, and how. */
struct probe_trial {
	const uint8_t *code;
	bool is_ring3;
	bool is_stepped;
	uint64_t r8, r9;
};

struct probe_result {
	enum probe_end end;
	uint32_t reason; /* KVM's exit reason */
	uint8_t cpl;	 /* at the end */
	uint8_t vector;
	uint64_t trap_rip; /* what the trap pushed */
	uint8_t trap_cpl;
	unsigned steps[4]; /* single steps that were seen, by CPL */
	struct kvm_regs regs;
};

struct probe_machine {
	struct vm vm;
	struct vcpu vcpu;
	uint8_t *memory;
};

int probe_machine_open(struct probe_machine *machine, const struct kvm *kvm, struct error *error);
void probe_machine_close(struct probe_machine *machine);

/* The address that this code of the image has in the guest. */
uint64_t probe_address(const uint8_t *code);

/* Puts the vCPU at the beginning of the trial. */
int probe_machine_start(struct probe_machine *machine, const struct probe_trial *trial, struct error *error);

/* Runs until the trial ends, at most for a second, and puts how it ended into *result. */
int probe_machine_run(struct probe_machine *machine, struct probe_result *result, struct error *error);

/* Runs a trial in a machine of its own. */
int probe_try(const struct kvm *kvm, const struct probe_trial *trial, struct probe_result *result, struct error *error);

#endif

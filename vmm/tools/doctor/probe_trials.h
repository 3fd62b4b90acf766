/* SPDX-License-Identifier: MIT */
/*
 * What a host's KVM does, found out by running the probe image: which instructions work where, which traps from ring 3
 * are delivered, what exits and instructions cost. Called by doctor.c, which puts it into words.
 */
#ifndef VMM_TOOLS_DOCTOR_PROBE_TRIALS_H
#define VMM_TOOLS_DOCTOR_PROBE_TRIALS_H

#include "tools/doctor/probe_machine.h"

#define PROBE_INSTRUCTION_ENUM(label, ...) INSTRUCTION_##label,
enum probe_instruction { PROBE_INSTRUCTIONS(PROBE_INSTRUCTION_ENUM) INSTRUCTION_COUNT };
#undef PROBE_INSTRUCTION_ENUM

/* How a trap instruction of ring 3 is delivered. */
struct probe_delivery {
	enum {
		DELIVERY_NONE,
		DELIVERY_HALF, /* arrives at the handler's address, but still in ring 3 */
		DELIVERY_FULL,
	} level;
	bool is_at_itself; /* the trap that came instead points at the instruction */
	struct probe_result result;
};

/* Whether an instruction works in ring 0. */
struct probe_outcome {
	bool is_feature; /* CPUID has a bit for it */
	bool is_offered; /* by CPUID at ring 0 */
	bool works;
	struct probe_result result;
};

struct trials {
	/* In nanoseconds; 0 = could not be measured. */
	double ring0_instruction, ring3_instruction;
	double pio_exit, mmio_exit, hlt_exit; /* medians of the time from entry to exit */

	struct probe_delivery syscall, int_n, int3;
	struct probe_outcome instructions[INSTRUCTION_COUNT];

	struct probe_result sysret;    /* to an address that is not canonical */
	bool steps_ring0, steps_ring3; /* every single step was seen */
	unsigned cpuid_differences;    /* feature bits that differ between ring 0 and ring 3 */
	bool ring0_works, ring3_works; /* a trial in that ring comes to its end */
	uint32_t tsc_khz;
	uint64_t tsc_offset;
};

/* Runs all trials. -1 with a line in *error when a machine for them cannot be made or run. */
int trials_run(struct trials *trials, const struct kvm *kvm, struct error *error);

/* Whether the host emulates each instruction of ring 0, judged by what an instruction costs. */
bool trials_ring0_is_emulated(const struct trials *trials);

#endif

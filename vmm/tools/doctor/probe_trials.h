/* SPDX-License-Identifier: MIT */
/*
 * What a host's KVM does, found out by trying with the probe image: which instructions work where, what is
 * delivered from ring 3, what exits and instructions cost. `vmm doctor` puts it in words.
 */
#ifndef VMM_TOOLS_DOCTOR_PROBE_TRIALS_H
#define VMM_TOOLS_DOCTOR_PROBE_TRIALS_H

#include "tools/doctor/probe_machine.h"

#define PROBE_INSTRUCTION_ENUM(label, ...) INSTRUCTION_##label,
enum probe_instruction { PROBE_INSTRUCTIONS(PROBE_INSTRUCTION_ENUM) INSTRUCTION_COUNT };
#undef PROBE_INSTRUCTION_ENUM

/* How a trap instruction of ring 3 arrives. */
struct probe_delivery {
	enum {
		DELIVERY_NONE,
		DELIVERY_HALF, /* at the handler's address, but still in ring 3 */
		DELIVERY_FULL,
	} level;
	bool is_at_itself; /* what came instead points at the instruction */
	struct probe_result result;
};

/* How an instruction of ring 0 goes. */
struct probe_outcome {
	bool is_feature; /* CPUID has a bit for it */
	bool is_offered; /* by CPUID at ring 0 */
	bool works;
	struct probe_result result;
};

struct trials {
	/* In nanoseconds; 0 = could not be measured. */
	double ring0_instruction, ring3_instruction;
	double pio_exit, mmio_exit, hlt_exit; /* medians of entry to exit */

	struct probe_delivery syscall, int_n, int3;
	struct probe_outcome instructions[INSTRUCTION_COUNT];

	struct probe_result sysret;    /* to an address that is not canonical */
	bool steps_ring0, steps_ring3; /* every single step was seen */
	unsigned cpuid_differences;    /* feature bits that ring 3 sees otherwise than ring 0 */
	bool ring0_works, ring3_works; /* the way to the end of a trial there */
	uint32_t tsc_khz;
	uint64_t tsc_offset;
};

int trials_run(struct trials *trials, const struct kvm *kvm, struct error *error);

/* Whether ring 0 is executed by the host instruction by instruction, judged by what one costs. */
bool trials_ring0_is_emulated(const struct trials *trials);

#endif

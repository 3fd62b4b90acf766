/* SPDX-License-Identifier: MIT */
#include "tools/doctor/probe_trials.h"

#include <string.h>

#include "base/array.h"
#include "base/units.h"
#include "tools/output/order_statistics.h"

enum {
	VECTOR_BP = 3,
	VECTOR_UD = 6,
	LOOP_INSTRUCTIONS = 2, /* in a round */
	ROUNDS_FEW = 200,
	ROUNDS_MANY = 200000,
	LOOP_TRIES = 5,
	EXITS = 101,
	EXITS_WARM_UP = 10,
};

#define NS_WORTH_MORE_ROUNDS 50.0 /* instructions that cost less are timed with many rounds, for the clock's sake */
#define NS_EMULATED 200.0	  /* no CPU takes so long for an instruction of the loop, nor does QEMU */
#define TIMES_EMULATED 20.0

enum { EAX, EBX, ECX, EDX, REGISTERS };
static const uint32_t leaves[] = {0x1, 0x7, 0x80000001};
enum { LEAVES = COUNT(leaves) };

/* What may differ in CPUID.1 and means nothing: OSXSAVE, which follows CR4, and EBX, which has the CPU's number. */
#define LEAF1_ECX_OSXSAVE (1u << 27)

typedef uint32_t features[LEAVES][REGISTERS];

static int ask_cpuid(const struct kvm *kvm, bool is_ring3, features answers, struct error *error)
{
	for (unsigned i = 0; i < LEAVES; i++) {
		const struct probe_trial trial = {
			.code = is_ring3 ? probe_cpuid3 : probe_cpuid0, .is_ring3 = is_ring3, .r8 = leaves[i]};
		struct probe_result result;

		if (probe_try(kvm, &trial, &result, error) < 0)
			return -1;
		answers[i][EAX] = (uint32_t)result.regs.r8;
		answers[i][EBX] = (uint32_t)result.regs.rbx;
		answers[i][ECX] = (uint32_t)result.regs.rcx;
		answers[i][EDX] = (uint32_t)result.regs.rdx;
	}
	answers[0][EBX] = 0;
	answers[0][ECX] &= ~LEAF1_ECX_OSXSAVE;
	return 0;
}

static unsigned count_differences(features one, features other)
{
	unsigned count = 0;

	for (unsigned i = 0; i < LEAVES; i++) {
		for (unsigned r = EBX; r < REGISTERS; r++)
			count += (unsigned)__builtin_popcount(one[i][r] ^ other[i][r]);
	}
	return count;
}

static bool offers(features answers, uint32_t leaf, unsigned which, unsigned bit)
{
	for (unsigned i = 0; i < LEAVES; i++) {
		if (leaves[i] == leaf)
			return (answers[i][which] >> bit & 1) != 0;
	}
	return true;
}

static bool succeeded(enum probe_instruction instruction, const struct probe_result *result)
{
	switch (instruction) {
	case INSTRUCTION_int3:
		return result->end == PROBE_TRAP && result->vector == VECTOR_BP;
	case INSTRUCTION_int:
		return result->end == PROBE_TRAP && result->vector == PROBE_INT_VECTOR;
	default:
		return result->end == PROBE_DONE && result->regs.r9 == 0;
	}
}

static int try_instructions(struct trials *trials, const struct kvm *kvm, features answers, struct error *error)
{
	static const struct {
		const uint8_t *code;
		uint32_t leaf;
		unsigned which, bit;
	} table[] = {
#define ROW(label, words, leaf, which, bit, lost) [INSTRUCTION_##label] = {probe_##label, leaf, which, bit},
		PROBE_INSTRUCTIONS(ROW)
#undef ROW
	};

	for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
		const struct probe_trial trial = {.code = table[i].code};
		struct probe_outcome *outcome = &trials->instructions[i];

		if (probe_try(kvm, &trial, &outcome->result, error) < 0)
			return -1;
		outcome->works = succeeded((enum probe_instruction)i, &outcome->result);
		outcome->is_feature = table[i].leaf != 0;
		outcome->is_offered = offers(answers, table[i].leaf, table[i].which, table[i].bit);
	}
	return 0;
}

static void judge_syscall(struct probe_delivery *delivery)
{
	const struct probe_result *result = &delivery->result;

	if (result->end == PROBE_SYSCALL && result->cpl == 0)
		delivery->level = DELIVERY_FULL;
	else if (result->end == PROBE_TRAP && result->trap_rip == probe_address(probe_syscall_entry))
		delivery->level = DELIVERY_HALF;
}

static void judge_trap(struct probe_delivery *delivery, uint8_t vector)
{
	const struct probe_result *result = &delivery->result;

	if (result->end == PROBE_TRAP && result->vector == vector && result->trap_cpl != 0)
		delivery->level = DELIVERY_FULL;
}

static int try_delivery(struct probe_delivery *delivery, const struct kvm *kvm, const uint8_t *code,
			struct error *error)
{
	const struct probe_trial trial = {.code = code, .is_ring3 = true};

	if (probe_try(kvm, &trial, &delivery->result, error) < 0)
		return -1;
	delivery->is_at_itself = delivery->result.trap_rip == probe_address(code);
	return 0;
}

static int try_deliveries(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	if (try_delivery(&trials->syscall, kvm, probe_syscall3, error) < 0 ||
	    try_delivery(&trials->int_n, kvm, probe_int_n3, error) < 0 ||
	    try_delivery(&trials->int3, kvm, probe_int33, error) < 0)
		return -1;
	judge_syscall(&trials->syscall);
	judge_trap(&trials->int_n, PROBE_INT_VECTOR);
	judge_trap(&trials->int3, VECTOR_BP);
	return 0;
}

/* Whether a trial in ring 3 came to the end of its code. */
static bool ended_in_ring3(const struct probe_result *result)
{
	return result->end == PROBE_TRAP && result->vector == VECTOR_UD && result->trap_cpl != 0 &&
	       result->trap_rip == probe_address(probe_end3);
}

static int try_steps(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	const struct probe_trial ring0 = {.code = probe_step0, .is_stepped = true};
	const struct probe_trial ring3 = {.code = probe_step3, .is_stepped = true, .is_ring3 = true};
	struct probe_result result;
	struct error ignored; /* a host without KVM_SET_GUEST_DEBUG does not step either */

	if (probe_try(kvm, &ring0, &result, &ignored) < 0)
		return 0;
	trials->steps_ring0 = result.end == PROBE_DONE && result.steps[0] >= PROBE_STEPS;
	if (probe_try(kvm, &ring3, &result, error) < 0)
		return -1;
	trials->steps_ring3 = ended_in_ring3(&result) && result.steps[3] >= PROBE_STEPS;
	return 0;
}

static int try_sysret(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	const struct probe_trial trial = {.code = probe_sysret};

	return probe_try(kvm, &trial, &trials->sysret, error);
}

static double to_ns(const struct trials *trials, double ticks)
{
	return ticks * NS_PER_MS / trials->tsc_khz;
}

/* Times an instruction of the loop over so many rounds, in ns; 0 when the loop does not come to its end. */
static int time_rounds(const struct trials *trials, const struct kvm *kvm, bool is_ring3, uint64_t rounds, double *ns,
		       struct error *error)
{
	const struct probe_trial trial = {
		.code = is_ring3 ? probe_loop3 : probe_loop0, .is_ring3 = is_ring3, .r8 = rounds};
	struct probe_result result;

	*ns = 0;
	if (probe_try(kvm, &trial, &result, error) < 0)
		return -1;
	if (is_ring3 ? ended_in_ring3(&result) : result.end == PROBE_DONE)
		*ns = to_ns(trials, (double)(result.regs.r11 - result.regs.r10)) / (double)(rounds * LOOP_INSTRUCTIONS);
	return 0;
}

static int time_loop(const struct trials *trials, const struct kvm *kvm, bool is_ring3, double *ns, struct error *error)
{
	double again;

	if (time_rounds(trials, kvm, is_ring3, ROUNDS_FEW, ns, error) < 0)
		return -1;
	if (*ns == 0 || *ns >= NS_WORTH_MORE_ROUNDS)
		return 0;
	if (time_rounds(trials, kvm, is_ring3, ROUNDS_MANY, ns, error) < 0)
		return -1;
	/* The least of several, because the host may give the processor to other processes meanwhile. */
	for (unsigned i = 1; i < LOOP_TRIES; i++) {
		if (time_rounds(trials, kvm, is_ring3, ROUNDS_MANY, &again, error) < 0)
			return -1;
		*ns = again > 0 && again < *ns ? again : *ns;
	}
	return 0;
}

/* Takes the median time from an entry to the exit that `code` makes again and again. */
static int time_exit(const struct trials *trials, const struct kvm *kvm, const uint8_t *code, double *ns,
		     struct error *error)
{
	const struct probe_trial trial = {.code = code};
	struct probe_machine machine;
	double times[EXITS];
	uint64_t entry, exit;
	int status = 0;

	if (probe_machine_open(&machine, kvm, error) < 0)
		return -1;
	if (probe_machine_start(&machine, &trial, error) < 0)
		status = -1;
	vcpu_skip_sregs(&machine.vcpu);
	for (int i = -EXITS_WARM_UP; i < EXITS && status == 0; i++) {
		status = vcpu_run(&machine.vcpu, &entry, &exit);
		times[i < 0 ? 0 : i] = (double)(exit - entry);
	}
	probe_machine_close(&machine);
	if (status > 0)
		return error_set(error, "KVM_RUN: %s", strerror(status));
	*ns = status == 0 ? to_ns(trials, sort_for_median(times, EXITS)) : 0;
	return status;
}

static int learn_tsc(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	struct probe_machine machine;

	if (probe_machine_open(&machine, kvm, error) < 0)
		return -1;
	trials->tsc_khz = machine.vcpu.tsc_khz;
	trials->tsc_offset = vcpu_tsc_offset(&machine.vcpu);
	probe_machine_close(&machine);
	return 0;
}

static int time_all(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	if (time_loop(trials, kvm, false, &trials->ring0_instruction, error) < 0 ||
	    time_loop(trials, kvm, true, &trials->ring3_instruction, error) < 0)
		return -1;
	trials->ring0_works = trials->ring0_instruction > 0;
	trials->ring3_works = trials->ring3_instruction > 0;
	if (!trials->ring0_works)
		return 0;
	if (time_exit(trials, kvm, probe_pio, &trials->pio_exit, error) < 0 ||
	    time_exit(trials, kvm, probe_mmio, &trials->mmio_exit, error) < 0)
		return -1;
	return time_exit(trials, kvm, probe_hlt, &trials->hlt_exit, error);
}

int trials_run(struct trials *trials, const struct kvm *kvm, struct error *error)
{
	features ring0, ring3;

	*trials = (struct trials){0};
	if (learn_tsc(trials, kvm, error) < 0 || time_all(trials, kvm, error) < 0)
		return -1;
	if (!trials->ring0_works || !trials->ring3_works)
		return 0;
	if (ask_cpuid(kvm, false, ring0, error) < 0 || ask_cpuid(kvm, true, ring3, error) < 0)
		return -1;
	trials->cpuid_differences = count_differences(ring0, ring3);
	if (try_deliveries(trials, kvm, error) < 0 || try_instructions(trials, kvm, ring0, error) < 0 ||
	    try_sysret(trials, kvm, error) < 0)
		return -1;
	return try_steps(trials, kvm, error);
}

bool trials_ring0_is_emulated(const struct trials *trials)
{
	return trials->ring0_instruction > NS_EMULATED &&
	       trials->ring0_instruction > TIMES_EMULATED * trials->ring3_instruction;
}

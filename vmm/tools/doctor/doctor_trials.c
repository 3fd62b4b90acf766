/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "text/names.h"
#include "tools/doctor/doctor.h"
#include "tools/doctor/probe_trials.h"

/* What a trial that did not succeed came to. */
static const char *describe(const struct probe_result *result, char text[FINDING_VALUE_SIZE])
{
	switch (result->end) {
	case PROBE_DONE:
		return "it does not last";
	case PROBE_TRAP:
		snprintf(text, FINDING_VALUE_SIZE, "#%s, vector %u", trap_mnemonic(result->vector), result->vector);
		return text;
	case PROBE_SYSCALL:
		snprintf(text, FINDING_VALUE_SIZE, "arrives at LSTAR in ring %u", result->cpl);
		return text;
	case PROBE_KVM_ERROR:
		return "KVM cannot emulate it";
	case PROBE_TIMEOUT:
		return "does not come back from KVM_RUN";
	default:
		snprintf(text, FINDING_VALUE_SIZE, "ends in KVM exit %" PRIu32, result->reason);
		return text;
	}
}

static void report_delivery(struct findings *findings, const char *key, const struct probe_delivery *delivery)
{
	char text[FINDING_VALUE_SIZE];

	if (delivery->level == DELIVERY_FULL)
		findings_add(findings, FINDING_GOOD, key, NULL, "delivered");
	else if (delivery->level == DELIVERY_HALF)
		findings_add(findings, FINDING_QUIRK, key,
			     "The guest kernel recognises that page fault as a system call.",
			     "half delivered: at LSTAR, still in ring 3; then %s", describe(&delivery->result, text));
	else
		findings_add(findings, FINDING_QUIRK, key, "The guest kernel recognises it by the instruction's bytes.",
			     "not delivered: %s%s", describe(&delivery->result, text),
			     delivery->is_at_itself ? ", at the instruction" : "");
}

static void report_deliveries(struct findings *findings, const struct trials *trials)
{
	findings_section(findings, "Traps from ring 3");
	report_delivery(findings, "syscall", &trials->syscall);
	report_delivery(findings, "int N", &trials->int_n);
	report_delivery(findings, "int3", &trials->int3);
}

static void report_instruction(struct findings *findings, const struct probe_outcome *outcome, const char *words,
			       const char *lost)
{
	char text[FINDING_VALUE_SIZE];

	if (outcome->works)
		findings_add(findings, FINDING_GOOD, words, NULL, "%s",
			     outcome->is_offered ? "works" : "works, though CPUID does not offer it");
	else if (!outcome->is_offered)
		findings_add(findings, FINDING_ABSENT, words, lost, "CPUID does not offer it");
	else
		findings_add(findings, FINDING_QUIRK, words, lost, "%s%s",
			     outcome->is_feature ? "offered by CPUID, but " : "", describe(&outcome->result, text));
}

/* Intel SDM vol. 2B and AMD APM vol. 3, SYSRET: where the processor finds out that RCX is no address. */
static void report_sysret(struct findings *findings, const struct probe_result *result)
{
	char text[FINDING_VALUE_SIZE];

	if (result->end != PROBE_TRAP)
		findings_add(findings, FINDING_QUIRK, "sysretq to nowhere", NULL, "%s", describe(result, text));
	else
		findings_add(
			findings, FINDING_FACT, "sysretq to nowhere",
			result->trap_cpl == 0
				? "A kernel that does not check RCX first takes this fault on the stack of the process."
				: NULL,
			"%s in ring %u, as %s has it", describe(result, text), result->trap_cpl,
			result->trap_cpl == 0 ? "Intel" : "AMD");
}

static void report_ring0(struct findings *findings, const struct trials *trials)
{
	static const struct {
		const char *words, *lost;
	} rows[] = {
#define ROW(label, words, leaf, which, bit, lost) [INSTRUCTION_##label] = {words, "Lost: " lost "."},
		PROBE_INSTRUCTIONS(ROW)
#undef ROW
	};

	findings_section(findings, "Ring 0");
	if (trials_ring0_is_emulated(trials))
		findings_add(findings, FINDING_QUIRK, "execution",
			     "A kernel's cost here is its count of instructions; some instructions do not work at all.",
			     "emulated instruction by instruction");
	else
		findings_add(findings, FINDING_GOOD, "execution", NULL, "on the processor");
	for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
		report_instruction(findings, &trials->instructions[i], rows[i].words, rows[i].lost);
	report_sysret(findings, &trials->sysret);
	if (trials->cpuid_differences == 0)
		findings_add(findings, FINDING_GOOD, "CPUID", NULL, "the same in ring 0 and ring 3");
	else
		findings_add(findings, FINDING_QUIRK, "CPUID", "Programs may use what the guest kernel cannot know of.",
			     "%u feature bits differ in ring 3", trials->cpuid_differences);
}

static void report_stepping(struct findings *findings, const char *key, bool works, const char *note)
{
	findings_add(findings, works ? FINDING_GOOD : FINDING_QUIRK, key, works ? NULL : note, "%s",
		     works ? "every instruction ends in an exit" : "steps are missing");
}

static void report_costs(struct findings *findings, const struct trials *trials)
{
	findings_section(findings, "Costs");
	findings_add_number(findings, FINDING_FACT, "ring-0 instruction", NULL, trials->ring0_instruction, "ns");
	findings_add_number(findings, FINDING_FACT, "ring-3 instruction", NULL, trials->ring3_instruction, "ns");
	findings_add_number(findings, FINDING_FACT, "PIO exit", NULL, trials->pio_exit, "ns");
	findings_add_number(findings, FINDING_FACT, "MMIO exit", NULL, trials->mmio_exit, "ns");
	findings_add_number(findings, FINDING_FACT, "HLT exit", NULL, trials->hlt_exit, "ns");
}

static void report_tsc(struct findings *findings, const struct trials *trials)
{
	findings_section(findings, "Guest clock");
	findings_add_number(findings, FINDING_FACT, "TSC", NULL, trials->tsc_khz, "kHz");
	findings_add(findings, FINDING_FACT, "TSC offset", NULL, "%" PRId64 "%s", (int64_t)trials->tsc_offset,
		     trials->tsc_offset == 0 ? ": the guest reads the host's" : "");
}

void doctor_trials(struct findings *findings, const struct kvm *kvm)
{
	struct trials trials;
	struct error error;

	findings_section(findings, "Trial");
	if (trials_run(&trials, kvm, &error) < 0) {
		findings_add(findings, FINDING_BLOCKER, "virtual machine", NULL, "%s", error.text);
		return;
	}
	if (!trials.ring0_works || !trials.ring3_works) {
		findings_add(findings, FINDING_BLOCKER, "virtual machine", NULL, "code does not run in ring %u",
			     trials.ring0_works ? 3u : 0u);
		return;
	}
	report_deliveries(findings, &trials);
	report_ring0(findings, &trials);
	findings_section(findings, "Single-step");
	report_stepping(findings, "ring 0", trials.steps_ring0, "--count-ring0 cannot count here.");
	report_stepping(findings, "ring 3", trials.steps_ring3,
			"--count-ring0 needs ring 0 only. A debugger cannot step through programs.");
	report_costs(findings, &trials);
	report_tsc(findings, &trials);
}

/* SPDX-License-Identifier: MIT */
/* `vmm doctor`: finds out what this host offers to run guests, and where it does otherwise than it says. */
#include "tools/doctor/doctor.h"

#include <dirent.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/tty.h"
#include "host/facts.h"
#include "host/kick.h"
#include "ringside/device.h"
#include "text/names.h"
#include "tools/doctor/doctor_findings.h"
#include "tools/doctor/probe_trials.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define NOT_AFFECTED "Not affected"
#define EMULATED "Without KVM: scripts/kvm-host svm -- build/vmm IMAGE runs on an emulated host."

enum { KEY_JSON = 0x100 };
enum { SIGNAL_STATUS_BASE = 128 }; /* as in shells: the number of a signal is added */

/* ---- the processor, its clock, and what the kernel does about its flaws ---- */

static void report_processor(struct findings *findings)
{
	char vendor[FACT_SIZE], name[FACT_SIZE], hypervisor[FACT_SIZE];
	struct utsname host;

	facts_cpu_vendor(vendor);
	facts_cpu_name(name);
	findings_add(findings, FINDING_FACT, "processor", NULL, "%s, %s", vendor, name);
	if (facts_hypervisor(hypervisor))
		findings_add(findings, FINDING_FACT, "this machine is",
			     "Times are those of a guest inside a guest: compare them, do not quote them.",
			     "itself a virtual machine (%s)", hypervisor);
	else
		findings_add(findings, FINDING_FACT, "this machine is", NULL, "not seen to be a virtual machine");
	if (uname(&host) == 0)
		findings_add(findings, FINDING_FACT, "kernel", NULL, "%s %s %s", host.sysname, host.release,
			     host.machine);
}

static void report_clock(struct findings *findings)
{
	char source[FACT_SIZE];

	if (facts_read(CLOCK_SOURCE, source))
		findings_add(findings, FINDING_FACT, "clock source", NULL, "%s", source);
	if (facts_tsc_is_invariant())
		findings_add(findings, FINDING_GOOD, "TSC", NULL, "invariant");
	else
		findings_add(findings, FINDING_QUIRK, "TSC",
			     "Its rate may change with the processor's frequency; times in a trace follow it.",
			     "not said to be invariant");
}

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* One line for each flaw that the processor has, and one for the number of those that it does not have. */
static void report_mitigations(struct findings *findings)
{
	struct dirent **entries;
	char path[sizeof(VULNERABILITIES) + sizeof(entries[0]->d_name) + 1], line[FACT_SIZE];
	unsigned unaffected = 0;
	int count = scandir(VULNERABILITIES, &entries, is_entry, alphasort);

	findings_section(findings, "Mitigations");
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), VULNERABILITIES "/%s", entries[i]->d_name);
		if (facts_read(path, line)) {
			if (strcmp(line, NOT_AFFECTED) == 0)
				unaffected++;
			else
				findings_add(findings, FINDING_FACT, entries[i]->d_name, NULL, "%s", line);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	findings_add_number(findings, FINDING_FACT, "not affected", NULL, unaffected, "kinds");
}

static void report_host(struct findings *findings)
{
	findings_section(findings, "Host");
	report_processor(findings);
	report_clock(findings);
}

/* ---- /dev/kvm and what KVM says it has ---- */

static void report_paging(struct findings *findings, const struct facts_module *module)
{
	char path[FACT_SIZE], value[FACT_SIZE];

	if (module->parameter == NULL) {
		findings_add(findings, FINDING_FACT, "nested paging", NULL, "%s has no such parameter", module->name);
		return;
	}
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module->name, module->parameter);
	if (!facts_read(path, value))
		return;
	const bool is_on = strchr("Y1", value[0]) != NULL;
	findings_add(findings, is_on ? FINDING_GOOD : FINDING_QUIRK, "nested paging",
		     is_on ? NULL
			   : "KVM keeps shadow page tables: changes of address spaces and page faults cost exits.",
		     "%s (%s.%s)", is_on ? "on" : "off", module->name, module->parameter);
}

static void report_modules(struct findings *findings)
{
	const struct facts_module *module;

	for (unsigned i = 0; (module = facts_kvm_module(i)) != NULL; i++) {
		findings_add(findings, FINDING_FACT, "module", NULL, "%s", module->name);
		report_paging(findings, module);
	}
	if (facts_kvm_module(0) == NULL)
		findings_add(findings, FINDING_ABSENT, "module",
			     "modprobe kvm_intel or kvm_amd. In a virtual machine its hypervisor must offer nested "
			     "virtualisation; on a bare machine the firmware must.",
			     "none of kvm_intel, kvm_amd is loaded");
}

static void report_capabilities(struct findings *findings, const struct kvm *kvm)
{
	const struct kvm_capability *row;

	findings_section(findings, "Capabilities");
	for (unsigned i = 0; (row = kvm_capability(i)) != NULL; i++) {
		if (kvm_check(kvm, row->number) != 0)
			findings_add(findings, FINDING_GOOD, row->name, NULL, "%s", row->use);
		else if (row->is_required)
			findings_add(findings, FINDING_BLOCKER, row->name, "The VMM cannot do without.",
				     "absent; needed for %s", row->use);
		else
			findings_add(findings, FINDING_ABSENT, row->name, NULL, "absent: %s", row->instead);
	}
}

/* Cuts "what is wrong: what to do" into value and note. */
static void refuse_device(struct findings *findings, const struct error *error)
{
	const char *advice = strstr(error->text, ": ");
	const size_t length = advice != NULL ? (size_t)(advice - error->text) : strlen(error->text);

	findings_add(findings, FINDING_BLOCKER, KVM_DEVICE, advice != NULL ? advice + strlen(": ") : NULL, "%.*s",
		     (int)length, error->text);
}

static void report_kvm(struct findings *findings)
{
	struct kvm kvm;
	struct error error;

	findings_section(findings, "KVM");
	if (kvm_open_device(&kvm, &error) < 0) {
		refuse_device(findings, &error);
		report_modules(findings);
		return;
	}
	findings_add(findings, FINDING_GOOD, KVM_DEVICE, NULL, "may be read and written");
	report_modules(findings);
	const int version = kvm_api_version(&kvm);
	if (version == KVM_API_VERSION) {
		findings_add(findings, FINDING_GOOD, "API version", NULL, "%d", version);
		report_capabilities(findings, &kvm);
	} else if (version < 0) {
		findings_add(findings, FINDING_BLOCKER, "API version", EMULATED, "none: " KVM_DEVICE " is not KVM");
	} else {
		findings_add(findings, FINDING_BLOCKER, "API version", EMULATED, "%d instead of %d", version,
			     KVM_API_VERSION);
	}
	kvm_close(&kvm);
}

/* ---- what KVM does, found out by trying ---- */

/* How a trial ended that did not succeed. */
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

/* Says in which ring SYSRET faults when RCX is not canonical (Intel SDM vol. 2B and AMD APM vol. 3, SYSRET). */
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

static void report_trials(struct findings *findings, const struct kvm *kvm)
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

/* ---- all of it ---- */

static void examine_kvm(struct findings *findings)
{
	struct kvm kvm;
	struct error error;

	report_kvm(findings);
	if (findings->blockers > 0)
		return;
	if (kvm_open(&kvm, &error) < 0) {
		findings_add(findings, FINDING_BLOCKER, "KVM", NULL, "%s", error.text);
		return;
	}
	report_trials(findings, &kvm);
	kvm_close(&kvm);
}

static void examine(struct findings *findings)
{
	report_host(findings);
	examine_kvm(findings);
	report_mitigations(findings);
}

static int print(const struct findings *findings, bool json)
{
	const bool can_run = findings->blockers == 0;
	struct page page;

	output_expect_failure();
	if (json) {
		findings_print_json(findings, stdout);
	} else {
		page_start(&page, stdout, tty_style(STDOUT_FILENO));
		findings_print_text(findings, &page);
		printf("\nThis host can%s run guests.\n", can_run ? "" : "not");
	}
	const int status = output_finish();
	return status == RINGSIDE_STATUS_OK && !can_run ? RINGSIDE_STATUS_REFUSED : status;
}

static int take_json(void *chosen, int key, char *value, struct error *error)
{
	(void)key, (void)value, (void)error;
	*(bool *)chosen = true;
	return 0;
}

static const struct argp_option options[] = {
	{"json", KEY_JSON, NULL, 0, "Print one JSON object instead of lines", 0}, COMMAND_LINE_QUESTIONS, {0}};

static const struct command_line_row statuses[] = {
	{"0", "a guest can run"},
	COMMAND_LINE_STATUS_USAGE,
	{"125", "a guest cannot run, and the report says why; or the output cannot be written"},
	{0},
};

static const struct command_line_row examples[] = {
	{"vmm doctor", "a report to read"},
	{"vmm doctor --json", "the same for a program"},
	{0},
};

const struct command_line doctor_command_line = {
	.name = "vmm doctor",
	.options = options,
	.documentation =
		"Tells what this host offers to run guests: /dev/kvm and rights, which KVM, its capabilities, and, "
		"found out by trying, which instructions work, which traps are delivered and what exits cost.",
	.statuses = statuses,
	.examples = examples,
	.option = take_json,
};

int cmd_doctor(int argc, char **argv)
{
	static struct findings findings;
	bool json = false;
	struct error error;
	const int status = command_line_parse(&doctor_command_line, argc, argv, &json, &error);

	if (status != 0)
		return complain_of_words(&doctor_command_line, status, &error);
	examine(&findings);
	kick_finish(); /* printing may wait for a reader, and a signal ends that as it does in any program */
	if (kick_stop_signal() != 0)
		return SIGNAL_STATUS_BASE + kick_stop_signal();
	return print(&findings, json);
}

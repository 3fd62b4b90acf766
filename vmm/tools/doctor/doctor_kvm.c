/* SPDX-License-Identifier: MIT */
#include <linux/kvm.h>
#include <string.h>

#include "host/facts.h"
#include "tools/doctor/doctor.h"

#define EMULATED "Without KVM: scripts/kvm-host svm -- build/vmm IMAGE runs on an emulated host."

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

/* "What is wrong: what to do". */
static void refuse_device(struct findings *findings, const struct error *error)
{
	const char *advice = strstr(error->text, ": ");
	const size_t length = advice != NULL ? (size_t)(advice - error->text) : strlen(error->text);

	findings_add(findings, FINDING_BLOCKER, KVM_DEVICE, advice != NULL ? advice + strlen(": ") : NULL, "%.*s",
		     (int)length, error->text);
}

void doctor_kvm(struct findings *findings)
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

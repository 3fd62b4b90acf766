/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "host/facts.h"
#include "tools/doctor/doctor.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define NOT_AFFECTED "Not affected"

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

/* One line for each that the kernel does something about, or nothing; one for all the others together. */
void doctor_mitigations(struct findings *findings)
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

void doctor_host(struct findings *findings)
{
	findings_section(findings, "Host");
	report_processor(findings);
	report_clock(findings);
}

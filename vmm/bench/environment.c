/* SPDX-License-Identifier: MIT */
#include "bench/environment.h"

#include <cpuid.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "bench/session.h"
#include "util/version.h"

#define SYS_CPU "/sys/devices/system/cpu/"
#define HYPERVISOR_BIT (1u << 31) /* CPUID leaf 1, ECX */
#define HYPERVISOR_LEAF 0x40000000u
#define POWER_LEAF 0x80000007u /* EDX bit 8: the TSC is invariant */
#define INVARIANT_TSC (1u << 8)

static void first_line(const char *path, char *value)
{
	FILE *file = fopen(path, "r");

	value[0] = '\0';
	if (file == NULL)
		return;
	if (fgets(value, FACT_SIZE, file) != NULL)
		value[strcspn(value, "\n")] = '\0';
	fclose(file);
}

static void from_cpuinfo(const char *key, char *value)
{
	char line[FACT_SIZE];
	FILE *file = fopen("/proc/cpuinfo", "r");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		if (colon == NULL || strncmp(line, key, strlen(key)) != 0)
			continue;
		snprintf(value, FACT_SIZE, "%s", colon + 1 + strspn(colon + 1, " "));
		value[strcspn(value, "\n")] = '\0';
		break;
	}
	if (file != NULL)
		fclose(file);
}

/* "NAME=CONTENT, ..." of all files that fit, as far as there is room. */
static void join_files(const char *pattern, char *value)
{
	glob_t found;
	size_t used = 0;

	value[0] = '\0';
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char content[FACT_SIZE];

		first_line(found.gl_pathv[i], content);
		const int length = snprintf(value + used, FACT_SIZE - used, "%s%s=%s", used > 0 ? ", " : "",
					    strrchr(found.gl_pathv[i], '/') + 1, content);
		if (length < 0 || used + (size_t)length >= FACT_SIZE)
			break;
		used += (size_t)length;
	}
	globfree(&found);
}

static void kvm_module(char *value)
{
	glob_t found;

	if (glob("/sys/module/kvm_*", 0, NULL, &found) != 0)
		return;
	snprintf(value, FACT_SIZE, "%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
}

static void hypervisor(char *value)
{
	uint32_t a, b, c = 0, d, signature[4] = {0};

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & HYPERVISOR_BIT)) {
		snprintf(value, FACT_SIZE, "none");
		return;
	}
	__cpuid(HYPERVISOR_LEAF, a, signature[0], signature[1], signature[2]);
	snprintf(value, FACT_SIZE, "%s", (const char *)signature);
}

static const char *arrival(uint32_t how, const char *fault)
{
	return how == BENCH_ARRIVES_ITSELF     ? "arrives by itself"
	       : how == BENCH_ARRIVES_AS_FAULT ? fault
					       : "never arrives";
}

/* ---- the facts, one function each ---- */

static void tell_version(char *value, const struct session *session)
{
	(void)session;
	snprintf(value, FACT_SIZE, "%s", VMM_VERSION);
}

static void tell_date(char *value, const struct session *session)
{
	const time_t now = time(NULL);
	struct tm calendar;

	(void)session;
	strftime(value, FACT_SIZE, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &calendar));
}

static void tell_cpu(char *value, const struct session *session)
{
	(void)session;
	from_cpuinfo("model name", value);
}

static void tell_microcode(char *value, const struct session *session)
{
	(void)session;
	from_cpuinfo("microcode", value);
}

static void tell_kernel(char *value, const struct session *session)
{
	struct utsname host;

	(void)session;
	if (uname(&host) == 0)
		snprintf(value, FACT_SIZE, "%s %s %s", host.sysname, host.release, host.machine);
}

static void tell_kvm(char *value, const struct session *session)
{
	(void)session;
	kvm_module(value);
}

static void tell_parameters(char *value, const struct session *session)
{
	(void)session;
	join_files("/sys/module/kvm_*/parameters/*", value);
}

static void tell_mitigations(char *value, const struct session *session)
{
	(void)session;
	join_files(SYS_CPU "vulnerabilities/*", value);
}

static void tell_hypervisor(char *value, const struct session *session)
{
	(void)session;
	hypervisor(value);
}

static void tell_governor(char *value, const struct session *session)
{
	char path[sizeof(SYS_CPU) + 64];

	snprintf(path, sizeof(path), SYS_CPU "cpu%d/cpufreq/scaling_governor", session->cpu < 0 ? 0 : session->cpu);
	first_line(path, value);
}

static void tell_ring0(char *value, const struct session *session)
{
	const struct bench_page *page = session->machine.page;

	if (page != NULL)
		snprintf(value, FACT_SIZE, "%s", page->ring0_emulated ? "emulated" : "native");
}

static void tell_syscall(char *value, const struct session *session)
{
	if (session->machine.page != NULL)
		snprintf(value, FACT_SIZE, "%s", arrival(session->machine.page->syscall, "arrives as #PF"));
}

static void tell_int80(char *value, const struct session *session)
{
	if (session->machine.page != NULL)
		snprintf(value, FACT_SIZE, "%s", arrival(session->machine.page->int80, "arrives as #UD"));
}

static void tell_tsc(char *value, const struct session *session)
{
	snprintf(value, FACT_SIZE, "%u kHz", session->machine.vcpu.tsc_khz);
}

static void tell_invariant(char *value, const struct session *session)
{
	uint32_t a, b, c, d = 0;

	(void)session;
	snprintf(value, FACT_SIZE, "%s", __get_cpuid(POWER_LEAF, &a, &b, &c, &d) && d & INVARIANT_TSC ? "yes" : "no");
}

static void tell_pinned(char *value, const struct session *session)
{
	if (session->cpu >= 0)
		snprintf(value, FACT_SIZE, "CPU %d", session->cpu);
	else
		snprintf(value, FACT_SIZE, "no");
}

static void tell_load(char *value, const struct session *session)
{
	(void)session;
	first_line("/proc/loadavg", value);
}

static const struct teller {
	const char *name;
	bool is_of_machine;
	void (*tell)(char *value, const struct session *session);
} tellers[] = {
	{"version", false, tell_version},
	{"date", false, tell_date},
	{"cpu", true, tell_cpu},
	{"microcode", true, tell_microcode},
	{"kernel", true, tell_kernel},
	{"kvm", true, tell_kvm},
	{"kvm-parameters", true, tell_parameters},
	{"mitigations", true, tell_mitigations},
	{"hypervisor", true, tell_hypervisor},
	{"governor", true, tell_governor},
	{"ring0", true, tell_ring0},
	{"syscall", true, tell_syscall},
	{"int80", true, tell_int80},
	{"tsc", false, tell_tsc},
	{"tsc-invariant", true, tell_invariant},
	{"pinned", false, tell_pinned},
	{"load", false, tell_load},
};

_Static_assert(sizeof(tellers) / sizeof(*tellers) <= FACTS_MAX, "room for every fact");

void environment_gather(struct environment *environment, const struct session *session)
{
	environment->count = 0;
	for (size_t i = 0; i < sizeof(tellers) / sizeof(*tellers); i++) {
		struct fact *fact = &environment->facts[environment->count++];

		*fact = (struct fact){.name = tellers[i].name, .is_of_machine = tellers[i].is_of_machine};
		tellers[i].tell(fact->value, session);
	}
}

const char *environment_value(const struct environment *environment, const char *name)
{
	for (unsigned i = 0; i < environment->count; i++)
		if (strcmp(environment->facts[i].name, name) == 0)
			return environment->facts[i].value;
	return "";
}

bool environment_is_of_machine(const char *name)
{
	for (size_t i = 0; i < sizeof(tellers) / sizeof(*tellers); i++)
		if (strcmp(tellers[i].name, name) == 0)
			return tellers[i].is_of_machine;
	return false;
}

/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_environment.h"

#include <glob.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/version.h"
#include "host/facts.h"
#include "tools/bench/bench_session.h"

#define SYS_CPU "/sys/devices/system/cpu/"

enum { PATH_SIZE = 128 };

/* ---- where facts come from ---- */

static void add(char *value, const char *format, const char *name, const char *content)
{
	const size_t used = strlen(value);
	char item[2 * FACT_SIZE];
	const int length = snprintf(item, sizeof(item), format, name, content);

	if (length > 0 && used + (size_t)length + sizeof(", ") <= VALUE_SIZE)
		snprintf(value + used, VALUE_SIZE - used, "%s%s", used > 0 ? ", " : "", item);
}

/* The first line of a file, after a word of its own; of a file that is not there nothing. */
static void add_line(char *value, const char *format, const char *path)
{
	char line[FACT_SIZE];

	if (facts_read(path, line) && line[0] != '\0')
		add(value, format, line, "");
}

static void from_cpuinfo(const char *key, char *value)
{
	char line[FACT_SIZE];
	FILE *file = fopen("/proc/cpuinfo", "re");

	while (file != NULL && value[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		if (colon == NULL || strncmp(line, key, strlen(key)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		add(value, "%s%s", colon + 1 + strspn(colon + 1, " "), "");
	}
	if (file != NULL)
		fclose(file);
}

/* NAME=CONTENT of all files that fit. */
static void add_files(char *value, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char content[FACT_SIZE];

		if (facts_read(found.gl_pathv[i], content))
			add(value, "%s=%s", strrchr(found.gl_pathv[i], '/') + 1, content);
	}
	globfree(&found);
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
	add(value, "%s%s", VMM_VERSION, "");
	add(value, "glibc %s%s", gnu_get_libc_version(), "");
#ifdef __clang__
	add(value, "%s%s", __VERSION__, "");
#else
	add(value, "GCC %s%s", __VERSION__, "");
#endif
}

static void tell_date(char *value, const struct session *session)
{
	const time_t now = time(NULL);
	struct tm calendar;

	(void)session;
	strftime(value, VALUE_SIZE, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &calendar));
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
		snprintf(value, VALUE_SIZE, "%s %s %s", host.sysname, host.release, host.machine);
}

static void tell_kvm(char *value, const struct session *session)
{
	(void)session;
	for (unsigned i = 0; facts_kvm_module(i) != NULL; i++)
		add(value, "%s%s", facts_kvm_module(i)->name, "");
}

static void tell_parameters(char *value, const struct session *session)
{
	char pattern[PATH_SIZE];

	(void)session;
	add_files(value, "/sys/module/kvm/parameters/*");
	for (unsigned i = 0; facts_kvm_module(i) != NULL; i++) {
		snprintf(pattern, sizeof(pattern), "/sys/module/%s/parameters/*", facts_kvm_module(i)->name);
		add_files(value, pattern);
	}
}

static void tell_mitigations(char *value, const struct session *session)
{
	(void)session;
	add_files(value, SYS_CPU "vulnerabilities/*");
}

static void tell_hypervisor(char *value, const struct session *session)
{
	char name[FACT_SIZE];

	(void)session;
	snprintf(value, VALUE_SIZE, "%s", facts_hypervisor(name) ? name : "none");
}

static void tell_governor(char *value, const struct session *session)
{
	char path[PATH_SIZE];
	const int cpu = session->cpu < 0 ? 0 : session->cpu;

	snprintf(path, sizeof(path), SYS_CPU "cpu%d/cpufreq/scaling_governor", cpu);
	add_line(value, "%s%s", path);
	snprintf(path, sizeof(path), SYS_CPU "cpu%d/cpufreq/scaling_driver", cpu);
	add_line(value, "driver %s%s", path);
	add_line(value, "boost %s%s", SYS_CPU "cpufreq/boost");
	add_line(value, "no_turbo %s%s", SYS_CPU "intel_pstate/no_turbo");
}

static void tell_ring0(char *value, const struct session *session)
{
	const struct bench_page *page = session->machine.page;

	if (page != NULL)
		snprintf(value, VALUE_SIZE, "%s", page->ring0_emulated ? "emulated" : "native");
}

static void tell_syscall(char *value, const struct session *session)
{
	if (session->machine.page != NULL)
		snprintf(value, VALUE_SIZE, "%s", arrival(session->machine.page->syscall, "arrives as #PF"));
}

static void tell_int80(char *value, const struct session *session)
{
	if (session->machine.page != NULL)
		snprintf(value, VALUE_SIZE, "%s", arrival(session->machine.page->int80, "arrives as #UD"));
}

static void tell_tsc(char *value, const struct session *session)
{
	snprintf(value, VALUE_SIZE, "%u kHz", session->machine.vcpu.tsc_khz);
}

static void tell_invariant(char *value, const struct session *session)
{
	(void)session;
	snprintf(value, VALUE_SIZE, "%s", facts_tsc_is_invariant() ? "yes" : "no");
}

static void tell_pinned(char *value, const struct session *session)
{
	if (session->cpu >= 0)
		snprintf(value, VALUE_SIZE, "CPU %d", session->cpu);
	else
		snprintf(value, VALUE_SIZE, "no");
}

static void tell_load(char *value, const struct session *session)
{
	(void)session;
	add_line(value, "%s%s", "/proc/loadavg");
}

static void tell_cores(char *value, const struct session *session)
{
	(void)session;
	add_line(value, "online %s%s", SYS_CPU "online");
	add_line(value, "isolated %s%s", SYS_CPU "isolated");
	add_line(value, "nohz_full %s%s", SYS_CPU "nohz_full");
	add_line(value, "SMT %s%s", SYS_CPU "smt/control");
}

static void tell_clock(char *value, const struct session *session)
{
	(void)session;
	add_line(value, "%s%s", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

static void tell_qemu(char *value, const struct session *session)
{
	session_tell_peer(session, value, VALUE_SIZE);
}

static const struct teller {
	const char *name;
	bool is_of_machine;
	void (*tell)(char *value, const struct session *session);
} tellers[] = {
	{"versions", false, tell_version},
	{"qemu", false, tell_qemu},
	{"date", false, tell_date},
	{"cpu", true, tell_cpu},
	{"microcode", true, tell_microcode},
	{"kernel", true, tell_kernel},
	{"kvm", true, tell_kvm},
	{"kvm-parameters", true, tell_parameters},
	{"mitigations", true, tell_mitigations},
	{"hypervisor", true, tell_hypervisor},
	{"governor", true, tell_governor},
	{"cores", true, tell_cores},
	{"clocksource", true, tell_clock},
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

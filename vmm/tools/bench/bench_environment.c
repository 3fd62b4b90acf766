/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_environment.h"

#include <glob.h>
#include <gnu/libc-version.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/version.h"
#include "host/facts.h"
#include "tools/bench/bench_session.h"

#define SYS_CPU "/sys/devices/system/cpu/"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "GCC " __VERSION__
#endif

enum { PATH_SIZE = 128 };

/* ---- where facts come from ---- */

/* Appends an item to a value. An item for which there is no room is left out. */
__attribute__((format(printf, 2, 3))) static void add(char *value, const char *format, ...)
{
	const size_t used = strlen(value);
	char item[2 * FACT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	const int length = vsnprintf(item, sizeof(item), format, arguments);
	va_end(arguments);
	if (length > 0 && used + (size_t)length + sizeof(", ") <= VALUE_SIZE)
		snprintf(value + used, VALUE_SIZE - used, "%s%s", used > 0 ? ", " : "", item);
}

/* Appends `label` and the first line of a file, where there is such a file and its line is not empty. */
static void add_line(char *value, const char *label, const char *path)
{
	char line[FACT_SIZE];

	if (facts_read(path, line) && line[0] != '\0')
		add(value, "%s%s", label, line);
}

/* Appends what /proc/cpuinfo says of the first processor. */
static void add_cpuinfo(char *value, const char *key)
{
	char line[FACT_SIZE];
	FILE *file = fopen("/proc/cpuinfo", "re");

	while (file != NULL && value[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		if (colon == NULL || strncmp(line, key, strlen(key)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		add(value, "%s", colon + 1 + strspn(colon + 1, " "));
	}
	if (file != NULL)
		fclose(file);
}

/* Appends NAME=CONTENT for every file that fits the shell pattern. */
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

/* ---- the facts ---- */

/* X(NAME, name, whether it is of the machine) */
/* clang-format off */
#define FACTS(X) \
	X(VERSIONS,    "versions",       false) \
	X(QEMU,        "qemu",           false) \
	X(DATE,        "date",           false) \
	X(CPU,         "cpu",            true) \
	X(MICROCODE,   "microcode",      true) \
	X(KERNEL,      "kernel",         true) \
	X(KVM,         "kvm",            true) \
	X(PARAMETERS,  "kvm-parameters", true) \
	X(MITIGATIONS, "mitigations",    true) \
	X(HYPERVISOR,  "hypervisor",     true) \
	X(GOVERNOR,    "governor",       true) \
	X(CORES,       "cores",          true) \
	X(CLOCKSOURCE, "clocksource",    true) \
	X(RING0,       "ring0",          true) \
	X(SYSCALL,     "syscall",        true) \
	X(INT80,       "int80",          true) \
	X(TSC,         "tsc",            false) \
	X(INVARIANT,   "tsc-invariant",  true) \
	X(PINNED,      "pinned",         false) \
	X(LOAD,        "load",           false)
/* clang-format on */

#define FACT_ENUM(id, ...) FACT_##id,
enum { FACTS(FACT_ENUM) FACT_COUNT };
#undef FACT_ENUM
_Static_assert((int)FACT_COUNT <= (int)FACTS_MAX, "room for every fact");

#define FACT_ROW(id, text, machine) [FACT_##id] = {.name = (text), .is_of_machine = (machine)},
static const struct {
	const char *name;
	bool is_of_machine;
} kinds[] = {FACTS(FACT_ROW)};
#undef FACT_ROW

static void gather_software(struct fact *facts, const struct session *session)
{
	const time_t now = time(NULL);
	struct tm calendar;
	struct utsname host;

	add(facts[FACT_VERSIONS].value, "%s", vmm_version);
	add(facts[FACT_VERSIONS].value, "glibc %s", gnu_get_libc_version());
	add(facts[FACT_VERSIONS].value, "%s", COMPILER);
	session_tell_peer(session, facts[FACT_QEMU].value, VALUE_SIZE);
	strftime(facts[FACT_DATE].value, VALUE_SIZE, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &calendar));
	if (uname(&host) == 0)
		add(facts[FACT_KERNEL].value, "%s %s %s", host.sysname, host.release, host.machine);
}

static void gather_processor(struct fact *facts, int cpu)
{
	char path[PATH_SIZE], hypervisor[FACT_SIZE];

	add_cpuinfo(facts[FACT_CPU].value, "model name");
	add_cpuinfo(facts[FACT_MICROCODE].value, "microcode");
	add_files(facts[FACT_MITIGATIONS].value, SYS_CPU "vulnerabilities/*");
	add(facts[FACT_HYPERVISOR].value, "%s", facts_hypervisor(hypervisor) ? hypervisor : "none");
	snprintf(path, sizeof(path), SYS_CPU "cpu%d/cpufreq/scaling_governor", cpu < 0 ? 0 : cpu);
	add_line(facts[FACT_GOVERNOR].value, "", path);
	snprintf(path, sizeof(path), SYS_CPU "cpu%d/cpufreq/scaling_driver", cpu < 0 ? 0 : cpu);
	add_line(facts[FACT_GOVERNOR].value, "driver ", path);
	add_line(facts[FACT_GOVERNOR].value, "boost ", SYS_CPU "cpufreq/boost");
	add_line(facts[FACT_GOVERNOR].value, "no_turbo ", SYS_CPU "intel_pstate/no_turbo");
	add_line(facts[FACT_CORES].value, "online ", SYS_CPU "online");
	add_line(facts[FACT_CORES].value, "isolated ", SYS_CPU "isolated");
	add_line(facts[FACT_CORES].value, "nohz_full ", SYS_CPU "nohz_full");
	add_line(facts[FACT_CORES].value, "SMT ", SYS_CPU "smt/control");
	add_line(facts[FACT_CLOCKSOURCE].value, "", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
	add(facts[FACT_INVARIANT].value, "%s", facts_tsc_is_invariant() ? "yes" : "no");
	if (cpu >= 0)
		add(facts[FACT_PINNED].value, "CPU %d", cpu);
	else
		add(facts[FACT_PINNED].value, "no");
	add_line(facts[FACT_LOAD].value, "", "/proc/loadavg");
}

/* `page` is what the benchmark's guest has found out; NULL when there is no guest. */
static void gather_kvm(struct fact *facts, const struct bench_page *page)
{
	char pattern[PATH_SIZE];

	add_files(facts[FACT_PARAMETERS].value, "/sys/module/kvm/parameters/*");
	for (unsigned i = 0; facts_kvm_module(i) != NULL; i++) {
		add(facts[FACT_KVM].value, "%s", facts_kvm_module(i)->name);
		snprintf(pattern, sizeof(pattern), "/sys/module/%s/parameters/*", facts_kvm_module(i)->name);
		add_files(facts[FACT_PARAMETERS].value, pattern);
	}
	if (page == NULL)
		return;
	add(facts[FACT_RING0].value, "%s", page->ring0_emulated ? "emulated" : "native");
	add(facts[FACT_SYSCALL].value, "%s", arrival(page->syscall, "arrives as #PF"));
	add(facts[FACT_INT80].value, "%s", arrival(page->int80, "arrives as #UD"));
}

void environment_gather(struct environment *environment, const struct session *session)
{
	environment->count = FACT_COUNT;
	for (unsigned i = 0; i < FACT_COUNT; i++)
		environment->facts[i] = (struct fact){.name = kinds[i].name};
	gather_software(environment->facts, session);
	gather_processor(environment->facts, session->cpu);
	gather_kvm(environment->facts, session->machine.page);
	add(environment->facts[FACT_TSC].value, "%u kHz", session->machine.vcpu.tsc_khz);
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
	for (unsigned i = 0; i < FACT_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].is_of_machine;
	return false;
}

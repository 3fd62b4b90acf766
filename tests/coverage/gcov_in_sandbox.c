/* SPDX-License-Identifier: MIT */
/*
 * Lets the run-time library of gcov write its counters in a process that is in the sandbox, or that ends by _exit().
 * The linker puts these functions before the real ones, in the build of scripts/coverage alone; the sandbox of the code
 * under test stays as it is. The unit tests ask exactly what the sandbox refuses, so this happens only where
 * scripts/coverage has set COVERAGE_IN_SANDBOX: in the other tests.
 */
#include <seccomp.h>
#include <stdlib.h>

void __gcov_dump(void);

/* Programs that have no sandbox are linked without libseccomp. */
__attribute__((weak)) int seccomp_rule_add(scmp_filter_ctx filter, uint32_t action, int call, unsigned count, ...);
__attribute__((weak)) int __real_seccomp_load(scmp_filter_ctx filter);
int __wrap_seccomp_load(scmp_filter_ctx filter);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

int __wrap_seccomp_load(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(openat), SCMP_SYS(fcntl), SCMP_SYS(mkdir), SCMP_SYS(getcwd)};

	for (unsigned i = 0; getenv("COVERAGE_IN_SANDBOX") != NULL && i < sizeof(calls) / sizeof(calls[0]); i++)
		seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return __real_seccomp_load(filter);
}

void __wrap__exit(int status)
{
	if (getenv("COVERAGE_IN_SANDBOX") != NULL)
		__gcov_dump();
	__real__exit(status);
}

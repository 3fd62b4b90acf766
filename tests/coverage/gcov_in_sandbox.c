/* SPDX-License-Identifier: MIT */
/*
 * Lets the run-time library of gcov write its counters at the end of a process that would be in the sandbox, or that
 * ends by _exit(). The linker puts these functions before the real ones, in the build of scripts/coverage alone. The
 * unit tests try each layer of the sandbox, so it is left out only where scripts/coverage has set COVERAGE_IN_SANDBOX:
 * in the other tests.
 */
#include <stdbool.h>
#include <stdlib.h>

struct error;

void __gcov_dump(void);

/* Programs that have no sandbox are linked without it. */
__attribute__((weak)) int __real_sandbox_enter(unsigned needs, bool jailed, struct error *error);
int __wrap_sandbox_enter(unsigned needs, bool jailed, struct error *error);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

int __wrap_sandbox_enter(unsigned needs, bool jailed, struct error *error)
{
	return getenv("COVERAGE_IN_SANDBOX") != NULL ? 0 : __real_sandbox_enter(needs, jailed, error);
}

void __wrap__exit(int status)
{
	if (getenv("COVERAGE_IN_SANDBOX") != NULL)
		__gcov_dump();
	__real__exit(status);
}

/* SPDX-License-Identifier: MIT */
/* System calls that this kernel does not have: -ENOSYS, and a count by name for the report at the end. */
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/system_call.h"
#include "ringside/absent_syscalls.h"

enum { NAMES_LIMIT = 512 };

/* A number in both lists is initialised twice, which the compiler refuses. */
#define ABSENT(number, name) [number] = #name,
#define PRESENT(number, name, arguments) [number] = #name,
static const char *const names[NAMES_LIMIT] = {RINGSIDE_ABSENT_SYSCALLS(ABSENT) RINGSIDE_SYSCALLS(PRESENT)};
#undef ABSENT
#undef PRESENT

static uint64_t counts[NAMES_LIMIT], beyond;

int64_t no_such_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	/* The frame still has the number: the result has not replaced it yet. */
	uint64_t number = process_frame(current)->rax;

	(void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	if (number < NAMES_LIMIT)
		counts[number]++;
	else
		beyond++;
	return -ENOSYS;
}

void report_absent_calls(void)
{
	bool first = true;

	for (unsigned number = 0; number < NAMES_LIMIT; number++) {
		if (counts[number] == 0)
			continue;
		print("%s%s %lu", first ? "system calls that are not here: " : ", ",
		      names[number] != NULL ? names[number] : "unassigned", counts[number]);
		first = false;
	}
	if (beyond > 0)
		print("%snumbers no system has %lu", first ? "system calls that are not here: " : ", ", beyond);
	if (!first || beyond > 0)
		print("\n");
}

/* SPDX-License-Identifier: MIT */
/* System calls that this kernel does not have: -ENOSYS, and a count by name for the report at the end. */
#include "kernel/calls/absent_calls.h"

#include <stdbool.h>
#include <stddef.h>

#include "kernel/devices/ringside_device.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/errno.h"
#include "kernel/process/process_list.h"
#include "ringside/absent_syscalls.h"
#include "ringside/syscalls.h"

enum { NAMES_LIMIT = 512 };

/* If a number is in both lists, it is initialised twice, and the compiler refuses that. */
#define ABSENT(number, name) [number] = #name,
#define PRESENT(number, name, arguments, names) [number] = #name,
static const char *const names[NAMES_LIMIT] = {RINGSIDE_ABSENT_SYSCALLS(ABSENT) RINGSIDE_SYSCALLS(PRESENT)};
#undef ABSENT
#undef PRESENT

static uint64_t counts[NAMES_LIMIT], beyond, threads;

int64_t no_such_call(void)
{
	/* RAX in the frame is still the number; the result replaces it later. */
	uint64_t number = process_frame(current)->rax;

	/* The VMM must know before the end, because the end can be a timeout. */
	if (number < NAMES_LIMIT && counts[number]++ == 0)
		ringside_tell_absent_call((uint32_t)number);
	if (number >= NAMES_LIMIT)
		beyond++;
	return -ENOSYS;
}

int64_t no_threads(void)
{
	if (threads++ == 0)
		ringside_tell_absent_call(RINGSIDE_SYS_clone | RINGSIDE_ABSENT_IN_PART);
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
	if (threads > 0)
		print("threads that clone was asked for, which are not here: %lu\n", threads);
}

/* SPDX-License-Identifier: MIT */
/* The control process that runs beside hostile processes. */
#include "lib/witness.h"

#include "lib/children.h"
#include "lib/errors.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"

#include <stddef.h>
#include <stdint.h>

enum { WORDS = 1024 };

static uint64_t memory[WORDS];

static uint64_t pattern(uint64_t index)
{
	return index * 0x9e3779b97f4a7c15 + 1;
}

static bool memory_is_intact(void)
{
	for (uint64_t i = 0; i < WORDS; i++)
		if (memory[i] != pattern(i))
			return false;
	return true;
}

/* Yields with a known value in XMM7, and returns the value of XMM7 afterwards. */
static uint64_t register_after_yield(uint64_t value)
{
	uint64_t after;

	__asm__ volatile("movq %0, %%xmm7" : : "r"(value));
	sched_yield();
	__asm__ volatile("movq %%xmm7, %0" : "=r"(after));
	return after;
}

static _Noreturn void watch(void)
{
	int me = getpid();
	uint64_t round = 0;

	for (uint64_t i = 0; i < WORDS; i++)
		memory[i] = pattern(i);
	while (memory_is_intact() && getpid() == me && register_after_yield(round) == round)
		round++;
	exit_group(1);
}

int control_start(void)
{
	int pid = fork();

	if (pid == 0)
		watch();
	return pid;
}

void control_check(int pid)
{
	char text[END_TEXT] = "still there";
	int status, ended = wait4(pid, &status, WNOHANG, NULL);

	if (ended == 0) {
		kill(pid, SIGKILL);
		wait4(pid, NULL, 0, NULL);
	} else if (ended > 0) {
		end_text(text, status);
	}
	check(ended == 0, "%-18s %s", "control process", text);
}

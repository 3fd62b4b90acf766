/* SPDX-License-Identifier: MIT */
/*
 * Tests that a process finds nothing of another one, or of the program before it, in the registers that no frame holds:
 * the selectors in DS, ES, FS and GS, and the vector registers.
 *   leftovers [selectors] [avx]   exit status: how many checks failed
 * Without `selectors` it tests the XMM registers only, because hosts that run ring 3 natively keep the segments for
 * themselves; with `avx` the upper halves of the YMM registers too, which only XSAVE keeps and clears.
 */
#include "lib/errors.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { ROUNDS = 20 };

static bool with_selectors, with_avx;

/* The selectors of the four segments, as one number. */
static uint64_t selectors(void)
{
	uint64_t ds, es, fs, gs;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
			 : "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs));
	return ds | es << 16 | fs << 32 | gs << 48;
}

/* Loads DS, ES, FS and GS with the selector of the stack's segment. Returns what selectors() tells from then on. */
static uint64_t load_selectors(void)
{
	uint64_t selector;

	__asm__ volatile("mov %%ss, %0; mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : "=r"(selector));
	return selector * 0x0001000100010001;
}

static void clear_selectors(void)
{
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(0));
}

/* No compiled code here uses these registers. */
static void fill_vectors(void)
{
	__asm__ volatile("pcmpeqd %xmm0, %xmm0; pcmpeqd %xmm15, %xmm15");
	if (with_avx)
		__asm__ volatile("vinsertf128 $1, %xmm0, %ymm1, %ymm1");
}

static bool vectors_are_clear(void)
{
	uint64_t low[2], high[2], upper[2] = {0, 0};

	__asm__ volatile("movups %%xmm0, %0; movups %%xmm15, %1" : "=m"(low), "=m"(high));
	if (with_avx)
		__asm__ volatile("vextractf128 $1, %%ymm1, %0" : "=m"(upper));
	return (low[0] | low[1] | high[0] | high[1] | upper[0] | upper[1]) == 0;
}

/* What the program finds that execve has started. */
static int look(void)
{
	if (with_selectors)
		check(selectors() == 0, "selectors behind execve are 0: %lx", selectors());
	check(vectors_are_clear(), "vector registers behind execve are clear");
	return check_summary("leftovers behind execve");
}

static int wait_for(int pid)
{
	int status = -1;

	wait4(pid, &status, 0, NULL);
	return status;
}

/* A process that loads selectors and clears them again, beside one without. */
static void clear_again(void)
{
	int pid = fork();

	if (pid == 0) {
		load_selectors();
		sched_yield();
		clear_selectors();
		sched_yield();
		exit_group(selectors() == 0 ? 0 : 1);
	}
	for (int round = 0; round < ROUNDS; round++)
		sched_yield();
	check(wait_for(pid) == 0, "selectors that a process has cleared stay so");
}

/* Two processes with other selectors each, which give the CPU to each other. */
static void side_by_side(void)
{
	uint64_t mine = load_selectors();
	int pid = fork();

	if (pid == 0) {
		bool good = selectors() == mine;

		clear_selectors();
		for (int round = 0; round < ROUNDS; round++) {
			sched_yield();
			good = good && selectors() == 0;
		}
		exit_group(good ? 0 : 1);
	}
	bool good = true;
	for (int round = 0; round < ROUNDS; round++) {
		sched_yield();
		good = good && selectors() == mine;
	}
	check(wait_for(pid) == 0, "a child has its parent's selectors, and then its own");
	check(good, "a process keeps its selectors: %lx, %lx", mine, selectors());
}

static void behind_execve(char **words)
{
	char *const look_words[] = {words[0], "look", with_selectors ? "selectors" : "", with_avx ? "avx" : "", NULL};
	int pid = fork();

	if (pid == 0) {
		load_selectors();
		fill_vectors();
		execve(words[0], look_words, NULL);
		exit_group(1);
	}
	check(wait_for(pid) == 0, "a program finds nothing of the one before it");
}

static bool has_word(char **words, const char *word)
{
	for (; *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	(void)argc;
	with_selectors = has_word(argv, "selectors");
	with_avx = has_word(argv, "avx");
	if (has_word(argv, "look"))
		return look();
	if (with_selectors) {
		clear_again();
		side_by_side();
	}
	behind_execve(argv);
	return check_summary("leftovers");
}

/* SPDX-License-Identifier: MIT */
/*
 * Tests that each process keeps its floating-point registers: several processes fill the x87, the SSE registers and
 * MXCSR with values of their own, give the CPU away or lose it to the timer, and compare the registers afterwards.
 *   fputest [PROCESSES [ROUNDS [avx]]]   exit status: how many processes found a wrong value
 *                                        avx: the upper halves of the YMM registers too (only XSAVE keeps them)
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/hold_cpu.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { XMM_REGISTERS = 16, PROCESSES_MAX = 64, SPIN_EVERY = 64 };

struct state {
	uint64_t xmm[XMM_REGISTERS][2];
	uint64_t upper[XMM_REGISTERS][2]; /* of the YMM registers */
	int64_t x87;			  /* loaded as an integer, so any value below 2^63 is exact */
	uint16_t control;		  /* x87 control word */
	uint16_t reserved;		  /* padding, so that states compare as bytes */
	uint32_t mxcsr;
};

/* clang-format off */
#define EACH_XMM(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
/* clang-format on */
#define LOAD_XMM(n) __asm__ volatile("movups %0, %%xmm" #n : : "m"(state->xmm[n]));
#define STORE_XMM(n) __asm__ volatile("movups %%xmm" #n ", %0" : "=m"(state->xmm[n]));
#define LOAD_UPPER(n) __asm__ volatile("vinsertf128 $1, %0, %%ymm" #n ", %%ymm" #n : : "m"(state->upper[n]));
#define STORE_UPPER(n) __asm__ volatile("vextractf128 $1, %%ymm" #n ", %0" : "=m"(state->upper[n]));

static bool with_avx;

static void load(const struct state *state)
{
	__asm__ volatile("fninit; fldcw %0; fildll %1; ldmxcsr %2"
			 :
			 : "m"(state->control), "m"(state->x87), "m"(state->mxcsr));
	EACH_XMM(LOAD_XMM)
	if (with_avx) {
		EACH_XMM(LOAD_UPPER)
	}
}

static void store(struct state *state)
{
	EACH_XMM(STORE_XMM)
	if (with_avx) {
		EACH_XMM(STORE_UPPER)
	}
	__asm__ volatile("fistpll %0; fnstcw %1; stmxcsr %2"
			 : "=m"(state->x87), "=m"(state->control), "=m"(state->mxcsr));
}

/* Every exception masked; precision and rounding differ between processes (Intel SDM vol. 1, 8.1.5, 10.2.3). */
static void fill(struct state *state, uint64_t process, uint64_t round)
{
	memset(state, 0, sizeof(*state));
	for (uint64_t i = 0; i < XMM_REGISTERS; i++) {
		state->xmm[i][0] = process << 56 | round << 8 | i;
		state->xmm[i][1] = ~state->xmm[i][0];
		if (with_avx)
			state->upper[i][0] = state->upper[i][1] = state->xmm[i][0] * 3;
	}
	state->x87 = (int64_t)(process << 40 | round);
	state->control = (uint16_t)(0x37f | (process & 3) << 10);
	state->mxcsr = (uint32_t)(0x1f80 | (process & 3) << 13);
}

static void lose_the_cpu(uint64_t round)
{
	if (round % SPIN_EVERY)
		sched_yield();
	else
		__asm__ volatile(SPIN : : : "rax", "rcx", "rdx", "cc");
}

static int verify(uint64_t process, uint64_t rounds)
{
	struct state mine, seen;

	for (uint64_t round = 1; round <= rounds; round++) {
		fill(&mine, process, round);
		memset(&seen, 0, sizeof(seen));
		load(&mine);
		lose_the_cpu(round);
		store(&seen);
		if (memcmp(&mine, &seen, sizeof(mine))) {
			printf("fputest: process %lu, round %lu: a register changed\n", process, round);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t processes = number_argument(argc, argv, 1, 4), rounds = number_argument(argc, argv, 2, 128);
	int failures = 0, status;

	spin_measure();
	with_avx = argc > 3 && !strcmp(argv[3], "avx");
	if (processes > PROCESSES_MAX)
		processes = PROCESSES_MAX;
	for (uint64_t process = 1; process <= processes; process++) {
		int pid = fork();

		if (pid == 0)
			exit_group(verify(process, rounds));
		if (pid < 0) {
			printf("fputest: fork: %s\n", error_name(pid));
			failures++;
		}
	}
	while (wait4(-1, &status, 0, NULL) > 0)
		failures += status != 0;
	printf("fputest: %lu processes, %lu rounds%s: %d failed\n", processes, rounds, with_avx ? " with AVX" : "",
	       failures);
	return failures;
}

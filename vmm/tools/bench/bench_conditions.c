/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_conditions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KHZ_PER_MHZ 1000.0

enum { CHAIN_LENGTH = 100, CHAIN_TURNS = 200, TRIES = 5, LINE_SIZE = 256, CPU_NAME_SIZE = 16 };

/*
 * The TSC ticks that a chain takes in which each instruction waits for the one before. A XOR of two registers takes one
 * cycle of the core on every x86 processor, because no processor removes it when it renames registers.
 */
static uint64_t chain_ticks(void)
{
	const uint64_t start = __builtin_ia32_rdtsc();

	for (unsigned i = 0; i < CHAIN_TURNS; i++)
		__asm__ volatile(".rept %c0\n\txor %%rax, %%rdx\n\txor %%rdx, %%rax\n\t.endr"
				 :
				 : "i"(CHAIN_LENGTH / 2)
				 : "rax", "rdx", "cc");
	__builtin_ia32_lfence();
	return __builtin_ia32_rdtsc() - start;
}

/* From the shortest of some tries, because a disturbance makes a try longer, never shorter. */
static double core_mhz(uint32_t tsc_khz)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < TRIES; i++) {
		const uint64_t ticks = chain_ticks();

		least = ticks < least ? ticks : least;
	}
	return (double)CHAIN_LENGTH * CHAIN_TURNS / (double)least * tsc_khz / KHZ_PER_MHZ;
}

/* The seconds since the start of the system that a hypervisor gave to others (proc(5), /proc/stat, "steal"). */
static double stolen_until_now(int cpu)
{
	char line[LINE_SIZE], name[CPU_NAME_SIZE] = "cpu ";
	unsigned long long steal = 0;
	double seconds = (double)NAN;
	FILE *file = fopen("/proc/stat", "r");

	if (cpu >= 0)
		snprintf(name, sizeof(name), "cpu%d ", cpu);
	while (file != NULL && isnan(seconds) && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0 &&
		    sscanf(line, "%*s %*u %*u %*u %*u %*u %*u %*u %llu", &steal) == 1)
			seconds = (double)steal / (double)sysconf(_SC_CLK_TCK);
	if (file != NULL)
		fclose(file);
	return seconds;
}

void conditions_start(struct conditions *conditions, int cpu)
{
	*conditions = (struct conditions){.cpu = cpu, .stolen = NAN, .stolen_before = stolen_until_now(cpu)};
}

void conditions_take_round(struct conditions *conditions, uint32_t tsc_khz)
{
	const double mhz = core_mhz(tsc_khz);

	series_add_round(&conditions->core_mhz, &mhz, 1); /* without memory, the frequency of one round is missing */
}

void conditions_end(struct conditions *conditions)
{
	conditions->stolen = stolen_until_now(conditions->cpu) - conditions->stolen_before;
}

void conditions_free(struct conditions *conditions)
{
	series_free(&conditions->core_mhz);
}

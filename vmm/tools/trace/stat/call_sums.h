/* SPDX-License-Identifier: MIT */
/*
 * The system calls of each process, counted as `strace -c` does, in bounded memory whatever a trace says. Filled by
 * profile.c, printed by call_print.c.
 */
#ifndef VMM_TOOLS_TRACE_STAT_CALL_SUMS_H
#define VMM_TOOLS_TRACE_STAT_CALL_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of calls that are told apart; one more stands for all greater ones. And pairs of a process and a call. */
enum { CALL_NUMBERS = 1024, CALL_SUMS = 1 << 14 };

struct call_sum {
	uint16_t number;
	bool used;
	uint32_t owner; /* an index in struct time_sums' list */
	uint64_t calls;
	uint64_t errors;	    /* results from -4095 to -1 */
	uint64_t own, vmm, elapsed; /* ticks of the calls that have returned, as in struct profile_row */
};

struct call_sums {
	struct call_sum list[CALL_SUMS];
	struct call_sum others[CALL_NUMBERS + 1]; /* of all pairs for which there was no room */
};

/* The sum of a process and a call, which is added when there is none; or that of all others' calls. Never NULL. */
struct call_sum *call_sums_find(struct call_sums *sums, uint32_t owner, unsigned number);

#endif

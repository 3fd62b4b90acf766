/* SPDX-License-Identifier: MIT */
/* Keeping the CPU until a timer tick must have come, by code that may run with any stack, flags and FPU state. */
#ifndef USER_HOLD_CPU_H
#define USER_HOLD_CPU_H

#include <stdint.h>

/* How long SPIN takes, in cycles of the TSC; spin_measure() makes it a little over a tick at 100 Hz. */
extern uint64_t spin_cycles;
void spin_measure(void);

/*
 * Assembly. Counts time, not turns: a host may emulate code that runs under odd conditions, slowly. No stack, no FPU;
 * uses RAX, RCX, RDX and the arithmetic flags.
 */
#define SPIN                                                                                                           \
	"	rdtsc\n"                                                                                                     \
	"	shl $32, %%rdx\n"                                                                                            \
	"	lea (%%rax, %%rdx), %%rcx\n"                                                                                 \
	"1:	rdtsc\n"                                                                                                   \
	"	shl $32, %%rdx\n"                                                                                            \
	"	or %%rdx, %%rax\n"                                                                                           \
	"	sub %%rcx, %%rax\n"                                                                                          \
	"	cmp spin_cycles, %%rax\n"                                                                                    \
	"	jb 1b"

#endif

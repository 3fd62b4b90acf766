/* SPDX-License-Identifier: MIT */
/* Keeps the CPU until a timer tick must have come, by code that may run with any stack, flags and FPU state. */
#ifndef USER_HOLD_CPU_H
#define USER_HOLD_CPU_H

#include <stdint.h>

/* How long SPIN takes, in TSC cycles; spin_measure() sets it to a little more than a tick at 100 Hz. */
extern uint64_t spin_cycles;
void spin_measure(void);

/*
 * Assembly that waits for spin_cycles of the TSC. It measures time, because a host may emulate code slowly while flags
 * or registers are unusual. It uses no stack and no FPU; it changes RAX, RCX, RDX and the arithmetic flags.
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

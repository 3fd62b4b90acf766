/* SPDX-License-Identifier: MIT */
/*
 * Steps of the protocol of limited direct execution that the option break= can leave out. Each is the one instruction
 * that it would be anyway; what is added is a note of its address, in a table that nobody reads but break_step.c, so
 * that the paths stay as long as they are. The scheduler takes the steps here, trap_path.S marks its own by
 * protocol_step.inc.
 */
#ifndef GUEST_KERNEL_LESSONS_PROTOCOL_STEP_H
#define GUEST_KERNEL_LESSONS_PROTOCOL_STEP_H

#include <stdint.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"

/* Inline assembly that has one instruction, and the number of its step as the operand `step`. */
#define PROTOCOL_STEP(instruction)                                                                                     \
	"771:	" instruction "\n"                                                                                     \
	"772:	.pushsection .protocol_steps, \"a\"\n"                                                                   \
	"	.quad 771b\n"                                                                                                \
	"	.long 772b - 771b, %c[step]\n"                                                                               \
	"	.popsection"

/* A row of the table. */
struct protocol_step {
	uint64_t address;
	uint32_t size;
	uint32_t step; /* enum broken */
};

/* Switches the address space. */
static inline void step_switch_space(uint64_t cr3)
{
	__asm__ volatile(PROTOCOL_STEP("mov %[cr3], %%cr3") : : [cr3] "r"(cr3), [step] "i"(BREAK_CR3) : "memory");
}

/* Switches the kernel stack on which the next trap will build its frame (cpu_set_kernel_stack). */
static inline void step_switch_kernel_stack(uint64_t top)
{
	__asm__ volatile(PROTOCOL_STEP("mov %[top], %[place]")
			 : [place] "=m"(kernel_stack_top)
			 : [top] "r"(top), [step] "i"(BREAK_RSP0));
	__asm__ volatile(PROTOCOL_STEP("mov %[top], %[place]")
			 : [place] "=m"(tss.rsp[0])
			 : [top] "r"(top), [step] "i"(BREAK_RSP0));
}

/* Saves the FPU state of the process that loses the CPU (fpu_save). */
static inline void step_save_fpu(void *state)
{
	if (cpu.xsave)
		__asm__ volatile(PROTOCOL_STEP("xsave64 %[state]")
				 : [state] "+m"(*(char(*)[4096])state)
				 : "a"(-1), "d"(-1), [step] "i"(BREAK_FPU));
	else
		__asm__ volatile(PROTOCOL_STEP("fxsave64 %[state]")
				 : [state] "=m"(*(char(*)[512])state)
				 : [step] "i"(BREAK_FPU));
}

#endif

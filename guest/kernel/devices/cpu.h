/* SPDX-License-Identifier: MIT */
/* The CPU: what CPUID offers and the kernel switches on, the segment tables, the stacks of traps, the FPU state. */
#ifndef GUEST_KERNEL_DEVICES_CPU_H
#define GUEST_KERNEL_DEVICES_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpu_features {
	bool nx, smep, smap, umip, xsave;
	uint32_t fpu_size;		/* bytes of saved FPU state */
	uint32_t hardware_capabilities; /* CPUID.1:EDX, which programs find as AT_HWCAP */
};

extern struct cpu_features cpu; /* trap_path.S reads cpu.smap */

/* Reads CPUID and switches on the FPU and the protections that need no instructions of their own (NX, SMEP, UMIP). */
void cpu_init(void);

/*
 * Switches on SMAP and XSAVE, which need instructions of their own (CLAC, XSAVE). A host that emulates ring 0 may
 * offer them in CPUID without knowing these instructions. Such a host does not deliver trap instructions either, so
 * kernel_main calls this after the probe, and only if the probe found every trap instruction delivered.
 */
void cpu_init_extensions(void);

/* Loads GDT and TSS. Traps from ring 3 use the stack that cpu_set_kernel_stack names. */
void cpu_tables_init(void);

/* Task-state segment, 64-bit (SDM vol. 3A, 8.7) */
struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3, io_map;
} __attribute__((packed));

extern struct tss tss;

/* The running process's kernel stack: system calls take it from here, interrupts and exceptions from the TSS. */
extern uint64_t kernel_stack_top;

static inline void cpu_set_kernel_stack(uint64_t top)
{
	kernel_stack_top = top;
	tss.rsp[0] = top;
}

/* Whether any of DS, ES, FS and GS has a selector. In 64-bit mode they work without one. */
static inline uint64_t any_selector(void)
{
	uint64_t ds, es, fs, gs;

	__asm__ volatile("mov %%ds, %0" : "=r"(ds));
	__asm__ volatile("mov %%es, %0" : "=r"(es));
	__asm__ volatile("mov %%fs, %0" : "=r"(fs));
	__asm__ volatile("mov %%gs, %0" : "=r"(gs));
	return ds | es | fs | gs;
}

/* The selectors in DS, ES, FS and GS, 16 bits each, DS lowest. Loading those of FS and GS may clear their bases. */
uint64_t selectors_save(void);
void selectors_load(uint64_t selectors);

/* Writes the FPU state that a new program begins with to `state`, a page (SDM vol. 1, 13.4). */
void fpu_initial(void *state);

/* Save and load the FPU state. `state` is a page. */
static inline void fpu_save(void *state)
{
	if (cpu.xsave)
		__asm__ volatile("xsave64 %0" : "+m"(*(char(*)[4096])state) : "a"(-1), "d"(-1));
	else
		__asm__ volatile("fxsave64 %0" : "=m"(*(char(*)[512])state));
}

static inline void fpu_load(const void *state)
{
	if (cpu.xsave)
		__asm__ volatile("xrstor64 %0" : : "m"(*(const char(*)[4096])state), "a"(-1), "d"(-1));
	else
		__asm__ volatile("fxrstor64 %0" : : "m"(*(const char(*)[512])state));
}

#endif

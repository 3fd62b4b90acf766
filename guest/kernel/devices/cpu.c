/* SPDX-License-Identifier: MIT */
/* The CPU: features found by CPUID and switched on, the segment tables, the TSS with its stacks. */
#include "kernel/devices/cpu.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/page_table.h"
#include "kernel/watch/panic.h"

struct cpu_features cpu;
uint64_t kernel_stack_top;

/* XCR0 components that fit a page: x87, SSE, AVX, AVX-512 (SDM vol. 1, 13.1). */
#define XCR0_KNOWN 0xe7UL
#define FXSAVE_SIZE 512
#define POST_PORT 0x80 /* no device of a PC answers at this port */
#define MXCSR_INITIAL 0x1f80
#define FCW_INITIAL 0x037f

static void fpu_init(void)
{
	write_cr0((read_cr0() & ~(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE);
	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	cpu.fpu_size = FXSAVE_SIZE;
}

/*
 * Whether XCR0 keeps its value across a VM exit. An emulated SVM host that does not intercept XSETBV resets XCR0 there,
 * and XSAVE would then leave out the SSE registers without any error.
 */
static bool xcr0_lasts(uint64_t xcr0)
{
	in8(POST_PORT); /* an access that KVM always hands to the VMM */
	return xgetbv(0) == xcr0;
}

static void xsave_init(void)
{
	uint64_t xcr0 = cpuid(0xd, 0).eax & XCR0_KNOWN;

	write_cr4(read_cr4() | CR4_OSXSAVE);
	xsetbv(0, xcr0);
	if (!xcr0_lasts(xcr0)) {
		write_cr4(read_cr4() & ~CR4_OSXSAVE);
		return;
	}
	cpu.xsave = true;
	cpu.fpu_size = cpuid(0xd, 0).ebx;
	if (cpu.fpu_size > PAGE_SIZE)
		panic("FPU state of %u bytes does not fit a page", cpu.fpu_size);
}

static struct cpuid structured_features(void)
{
	return cpuid(0, 0).eax >= 7 ? cpuid(7, 0) : (struct cpuid){0};
}

void cpu_init(void)
{
	struct cpuid structured = structured_features();

	cpu.hardware_capabilities = cpuid(1, 0).edx;
	cpu.nx = cpuid(0x80000001, 0).edx >> 20 & 1;
	cpu.smep = structured.ebx >> 7 & 1;
	cpu.umip = structured.ecx >> 2 & 1;
	if (cpu.nx) {
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
		pte_nx = PTE_NX;
	}
	write_cr4(read_cr4() | (cpu.smep ? CR4_SMEP : 0) | (cpu.umip ? CR4_UMIP : 0));
	fpu_init();
}

void cpu_init_extensions(void)
{
	cpu.smap = structured_features().ebx >> 20 & 1;
	write_cr4(read_cr4() | (cpu.smap ? CR4_SMAP : 0));
	if (cpuid(1, 0).ecx >> 26 & 1)
		xsave_init();
}

void fpu_initial(void *state)
{
	/* In the XSAVE header, which follows the legacy area, zeros mean that every component is as after reset. */
	memset(state, 0, cpu.fpu_size);
	*(uint16_t *)state = FCW_INITIAL;
	*(uint32_t *)((char *)state + 24) = MXCSR_INITIAL;
}

/* ---- segments ---- */

uint64_t selectors_save(void)
{
	uint16_t ds, es, fs, gs;

	__asm__ volatile("mov %%ds, %0" : "=r"(ds));
	__asm__ volatile("mov %%es, %0" : "=r"(es));
	__asm__ volatile("mov %%fs, %0" : "=r"(fs));
	__asm__ volatile("mov %%gs, %0" : "=r"(gs));
	return ds | (uint64_t)es << 16 | (uint64_t)fs << 32 | (uint64_t)gs << 48;
}

/*
 * The lowest of `selectors` if it is none, or one that the GDT has for ring 3; else 0. A host that runs ring 3 natively
 * lets a process load some of the host's own (docs/hosts.md), on which the kernel would fault.
 */
static uint16_t loadable(uint64_t selectors)
{
	enum { RING3 = 3 };
	uint16_t selector = (uint16_t)selectors;

	switch (selector | RING3) {
	case RING3:
	case USER_SS:
	case USER_CS:
		return selector;
	default:
		return 0;
	}
}

void selectors_load(uint64_t selectors)
{
	__asm__ volatile("mov %0, %%ds" : : "r"(loadable(selectors)));
	__asm__ volatile("mov %0, %%es" : : "r"(loadable(selectors >> 16)));
	__asm__ volatile("mov %0, %%fs" : : "r"(loadable(selectors >> 32)));
	__asm__ volatile("mov %0, %%gs" : : "r"(loadable(selectors >> 48)));
}

struct tss tss;

/* Stacks of their own (IST 1 to 4) for traps that can arrive while RSP points to no usable stack. */
enum { IST_STACK_SIZE = 8192, IST_COUNT = 4 }; /* large enough to end a process on */
static char ist_stacks[IST_COUNT][IST_STACK_SIZE] __attribute__((aligned(16)));

#define SEGMENT_CODE64 0x00209a0000000000UL
#define SEGMENT_DATA 0x0000920000000000UL
#define SEGMENT_USER 0x0000600000000000UL /* DPL 3 */
#define SEGMENT_TSS 0x0000890000000000UL

static uint64_t gdt[] = {
	[KERNEL_CS / 8] = SEGMENT_CODE64,
	[KERNEL_SS / 8] = SEGMENT_DATA,
	[USER_SS / 8] = SEGMENT_DATA | SEGMENT_USER,
	[USER_CS / 8] = SEGMENT_CODE64 | SEGMENT_USER,
	[TSS_SELECTOR / 8] = SEGMENT_TSS,
	[TSS_SELECTOR / 8 + 1] = 0,
};

void cpu_tables_init(void)
{
	struct {
		uint16_t limit;
		const void *base;
	} __attribute__((packed)) gdtr = {sizeof(gdt) - 1, gdt};
	uint64_t base = (uint64_t)&tss;

	for (unsigned i = 0; i < IST_COUNT; i++)
		tss.ist[i] = (uint64_t)ist_stacks[i + 1];
	tss.io_map = sizeof(tss); /* beyond the limit: no port is open to ring 3 */
	gdt[TSS_SELECTOR / 8] |= (sizeof(tss) - 1) | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	gdt[TSS_SELECTOR / 8 + 1] = base >> 32;
	__asm__ volatile("lgdt %0" : : "m"(gdtr));
	/* CS has had the right selector since boot. IRETQ to ring 0 needs an SS that is in this table. */
	__asm__ volatile("mov %0, %%ss" : : "r"(KERNEL_SS));
	/* Boot has used DS and ES. They are 0 from now on, until a process loads one. */
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(0));
	__asm__ volatile("lldt %w0" : : "r"(0));
	__asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
}

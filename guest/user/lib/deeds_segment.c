/* SPDX-License-Identifier: MIT */
/*
 * Deeds that load every selector into every segment register: the first ten entries of the GDT and of the LDT, each
 * with every privilege level (Intel SDM vol. 3A, 5.5 to 5.8). No load may raise the privilege.
 */
#include "lib/deeds.h"
#include "lib/system_calls.h"

#define LOAD(segment)                                                                                                  \
	static void load_##segment(uint64_t selector)                                                                  \
	{                                                                                                              \
		__asm__ volatile("mov %%ax, %%" #segment : : "a"(selector) : "memory");                                \
	}
LOAD(ds)
LOAD(es)
LOAD(fs)
LOAD(gs)
LOAD(ss)

/* Enters the kernel with the selector in GS: the kernel must not use the process's GS as its own. */
static void load_gs_and_call(uint64_t selector)
{
	load_gs(selector);
	getpid();
	sched_yield();
}

/* If the return succeeds, UD2 kills the process: no process should get there with another CPL. */
static void far_return(uint64_t selector)
{
	__asm__ volatile("push %0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1: ud2"
			 :
			 : "r"(selector)
			 : "rax", "memory");
}

/* The target of far_call and far_jump, where UD2 kills the process. */
__asm__(".pushsection .text.far_landing, \"ax\", @progbits\n"
	"far_landing: ud2\n"
	".popsection\n");
extern const uint8_t far_landing[];

struct far_pointer {
	uint32_t offset;
	uint16_t selector;
} __attribute__((packed));

/* Calls through a call gate if the selector names one, otherwise to another code segment. */
static void far_call(uint64_t selector)
{
	struct far_pointer target = {(uint32_t)(uintptr_t)far_landing, (uint16_t)selector};

	__asm__ volatile("lcall *%0" : : "m"(target) : "memory");
}

static void far_jump(uint64_t selector)
{
	struct far_pointer target = {(uint32_t)(uintptr_t)far_landing, (uint16_t)selector};

	__asm__ volatile("ljmp *%0" : : "m"(target) : "memory");
}

static void interrupt_return(uint64_t selector)
{
	__asm__ volatile("mov %%rsp, %%rcx\n"
			 "mov %%ss, %%eax\n"
			 "push %%rax\n"
			 "push %%rcx\n"
			 "pushfq\n"
			 "push %0\n"
			 "lea 1f(%%rip), %%rax\n"
			 "push %%rax\n"
			 "iretq\n"
			 "1: ud2"
			 :
			 : "r"(selector)
			 : "rax", "rcx", "memory");
}

static void interrupt_return_stack(uint64_t selector)
{
	__asm__ volatile("mov %%rsp, %%rcx\n"
			 "push %0\n"
			 "push %%rcx\n"
			 "pushfq\n"
			 "mov %%cs, %%eax\n"
			 "push %%rax\n"
			 "lea 1f(%%rip), %%rax\n"
			 "push %%rax\n"
			 "iretq\n"
			 "1: ud2"
			 :
			 : "r"(selector)
			 : "rax", "rcx", "memory");
}

static const struct arguments selectors = {NULL, 0, 10 << 3};

static const struct deed deeds[] = {
	{"load_ds", EITHER, load_ds, "load DS", &selectors},
	{"load_es", EITHER, load_es, "load ES", &selectors},
	{"load_fs", EITHER, load_fs, "load FS", &selectors},
	{"load_gs", EITHER, load_gs_and_call, "load GS, then call the kernel", &selectors},
	{"load_ss", EITHER, load_ss, "load SS", &selectors},
	{"far_return", DIES, far_return, "return to another code segment", &selectors},
	{"far_call", DIES, far_call, "call another code segment", &selectors},
	{"far_jump", DIES, far_jump, "jump to another code segment", &selectors},
	{"iret_segment", DIES, interrupt_return, "return to another code segment by iretq", &selectors},
	{"iret_stack", DIES, interrupt_return_stack, "return to another stack segment by iretq", &selectors},
};

const struct deed_table segment_deeds = DEED_TABLE(deeds);

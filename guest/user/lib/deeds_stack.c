/* SPDX-License-Identifier: MIT */
/*
 * Deeds with an invalid stack pointer while each kind of trap arrives: the kernel must never use the process's RSP.
 * Also returns to invalid addresses.
 */
#include "lib/deeds.h"
#include "lib/hold_cpu.h"
#include "lib/system_calls.h"

enum { PAGE = 4096 };

/* A page that no process has written since fork: the first store causes a page fault, which the kernel resolves. */
static uint8_t shared_page[PAGE] __attribute__((aligned(PAGE)));

/* Runs `code` with RSP = `address`; RBX keeps the real stack pointer. */
#define WITH_STACK_AT(address, code)                                                                                   \
	do {                                                                                                           \
		uint64_t rax = RINGSIDE_SYS_getpid;                                                                    \
                                                                                                                       \
		__asm__ volatile("mov %%rsp, %%rbx\n"                                                                  \
				 "mov %1, %%rsp\n" code "\n"                                                           \
				 "mov %%rbx, %%rsp"                                                                    \
				 : "+a"(rax)                                                                           \
				 : "r"(address), "D"(shared_page)                                                      \
				 : "rbx", "rcx", "rdx", "r11", "memory", "cc");                                        \
	} while (0)

static void push(uint64_t address)
{
	WITH_STACK_AT(address, "push %%rax");
}

static void call(uint64_t address)
{
	WITH_STACK_AT(address, "call exit_group");
}

static void undefined(uint64_t address)
{
	WITH_STACK_AT(address, "ud2");
}

static void breakpoint(uint64_t address)
{
	WITH_STACK_AT(address, "int3");
}

static void ask(uint64_t address)
{
	WITH_STACK_AT(address, "syscall");
}

static void fault(uint64_t address)
{
	WITH_STACK_AT(address, "incb (%%rdi)");
}

static void wait_for_tick(uint64_t address)
{
	spin_measure();
	WITH_STACK_AT(address, SPIN);
}

static void return_nowhere(uint64_t address)
{
	__asm__ volatile("push %0; ret" : : "r"(address) : "memory");
}

static void return_by_iret(uint64_t address)
{
	__asm__ volatile("mov %%ss, %%ecx\n"
			 "push %%rcx\n"
			 "push %%rsp\n"
			 "pushfq\n"
			 "mov %%cs, %%ecx\n"
			 "push %%rcx\n"
			 "push %0\n"
			 "iretq"
			 :
			 : "r"(address)
			 : "rcx", "memory");
}

static const uint64_t nowhere_list[] = {
	0,
	0x1000,
	0x7ffffffff000,
	0x800000000000,
	0x8000000000000000,
	0xffff800000001000,
	0xffffffff80000800,
	0xffffffffffffffff,
};
static const struct arguments nowhere = ARGUMENT_LIST(nowhere_list);

static const struct deed deeds[] = {
	{"stack_push", DIES, push, "push with the stack pointer nowhere", &nowhere},
	{"stack_call", DIES, call, "call with the stack pointer nowhere", &nowhere},
	{"stack_undefined", DIES, undefined, "an invalid opcode with the stack pointer nowhere", &nowhere},
	{"stack_breakpoint", DIES, breakpoint, "a breakpoint with the stack pointer nowhere", &nowhere},
	{"stack_syscall", LIVES, ask, "a system call with the stack pointer nowhere", &nowhere},
	{"stack_fault", LIVES, fault, "a page fault with the stack pointer nowhere", &nowhere},
	{"stack_interrupt", LIVES, wait_for_tick, "an interrupt with the stack pointer nowhere", &nowhere},
	{"return_nowhere", DIES, return_nowhere, "return to a non-canonical address", &non_canonical_addresses},
	{"iret_nowhere", DIES, return_by_iret, "return to a non-canonical address by iretq", &non_canonical_addresses},
	{"iret_kernel", DIES, return_by_iret, "return into the kernel by iretq", &kernel_addresses},
};

const struct deed_table stack_deeds = DEED_TABLE(deeds);

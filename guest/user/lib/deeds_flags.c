/* SPDX-License-Identifier: MIT */
/*
 * Deeds with RFLAGS (Intel SDM vol. 1, 3.4.3; vol. 3A, 2.3): flags that a process may set, and that are still set when
 * it enters the kernel, and flags that it must not be able to set.
 */
#include "lib/deeds.h"
#include "lib/hold_cpu.h"
#include "lib/system_calls.h"

/* Sets `bits` in RFLAGS, runs `code` (RAX: getpid, RDI: a buffer; RCX, RDX, R11 free), restores RFLAGS. */
#define WITH_FLAGS(bits, code)                                                                                         \
	do {                                                                                                           \
		uint64_t rax = RINGSIDE_SYS_getpid;                                                                    \
		uint64_t *rdi = &buffer[1];                                                                            \
                                                                                                                       \
		__asm__ volatile(SKIP_RED_ZONE "pushfq\n"                                                              \
					       "pushfq\n"                                                              \
					       "orq %2, (%%rsp)\n"                                                     \
					       "popfq\n" code "\n"                                                     \
					       "popfq" BACK_TO_RED_ZONE                                                \
				 : "+a"(rax), "+D"(rdi)                                                                \
				 : "r"((uint64_t)(bits))                                                               \
				 : "rcx", "rdx", "r11", "memory", "cc");                                               \
	} while (0)

static uint64_t buffer[3];

static void trap_flag(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_TF, "nop; nop");
}

static void trap_flag_syscall(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_TF, "syscall");
}

static void trap_flag_stack_segment(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_TF, "mov %%ss, %%ecx; mov %%ecx, %%ss; syscall");
}

static void trap_flag_interrupt(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_TF, "mov %%ss, %%ecx; mov %%ecx, %%ss; int3");
}

static void nested_task_iret(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_NT, "iretq");
}

static void alignment_check(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_AC, "mov 1(%%rdi), %%rax");
}

static void io_privilege(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_IOPL, "cli");
}

static void io_privilege_port(uint64_t argument)
{
	(void)argument;
	WITH_FLAGS(FLAG_IOPL, "outb %%al, $0x80");
}

static void clear_interrupt_flag(uint64_t argument)
{
	(void)argument;
	__asm__ volatile(SKIP_RED_ZONE "pushfq; andq %0, (%%rsp); popfq" BACK_TO_RED_ZONE
			 :
			 : "i"(~FLAG_IF)
			 : "memory", "cc");
	spin_measure();
	WITH_FLAGS(0, SPIN);
	if (!still_unprivileged())
		exit_group(1);
}

static void direction_backwards(uint64_t argument)
{
	static uint8_t pages[4 * 4096];

	(void)argument;
	/* These page faults for copy on write come in the middle of a string instruction that runs backwards. */
	__asm__ volatile("std; rep stosb; cld"
			 :
			 : "D"(pages + sizeof(pages) - 1), "c"(sizeof(pages)), "a"(2)
			 : "memory", "cc");
	if (pages[0] != 2 || pages[sizeof(pages) - 1] != 2)
		exit_group(1);
}

/* Enters the kernel with the flag set, by a system call that copies data to the process. */
static void flag_into_kernel(uint64_t flag)
{
	struct timespec now = {-1, -1};
	uint64_t result, after;

	__asm__ volatile(SKIP_RED_ZONE /**/
			 "pushfq\n"
			 "pushfq\n"
			 "orq %[flag], (%%rsp)\n"
			 "popfq\n"
			 "syscall\n"
			 "pushfq\n"
			 "pop %[after]\n"
			 "popfq" BACK_TO_RED_ZONE
			 : "=a"(result), [after] "=&r"(after)
			 : "a"(RINGSIDE_SYS_clock_gettime), "D"(CLOCK_MONOTONIC), "S"(&now), [flag] "r"(flag)
			 : "rcx", "r11", "memory", "cc");
	if (result != 0 || now.tv_nsec < 0 || (after & (FLAG_IOPL | FLAG_VM)))
		exit_group(1);
}

/* Enters the kernel with the flag set, by a timer interrupt. */
static void flag_into_interrupt(uint64_t flag)
{
	spin_measure();
	WITH_FLAGS(flag, SPIN);
}

/* Sets the flag by iretq, which can set flags that popf cannot. */
static void flag_by_iret(uint64_t flag)
{
	__asm__ volatile(SKIP_RED_ZONE "mov %%rsp, %%rcx\n"
				       "pushfq\n"
				       "mov %%ss, %%eax\n"
				       "push %%rax\n"
				       "push %%rcx\n"
				       "pushfq\n"
				       "or %0, (%%rsp)\n"
				       "mov %%cs, %%eax\n"
				       "push %%rax\n"
				       "lea 1f(%%rip), %%rax\n"
				       "push %%rax\n"
				       "iretq\n"
				       "1: mov -8(%%rcx), %%rax\n"
				       "push %%rax\n"
				       "popfq" BACK_TO_RED_ZONE
			 :
			 : "r"(flag)
			 : "rax", "rcx", "memory", "cc");
}

/* TF is missing because the trap_flag deeds above set it. The last value sets all other flags at once. */
static const uint64_t flag_list[] = {
	FLAG_DF, FLAG_IOPL, FLAG_NT, FLAG_RF, FLAG_VM, FLAG_AC, FLAG_ID, 1 << 19, 1 << 20, ~(uint64_t)FLAG_TF,
};
static const struct arguments flags = ARGUMENT_LIST(flag_list);

static const struct deed deeds[] = {
	{"trap_flag", EITHER, trap_flag, "step itself", NULL},
	{"trap_flag_syscall", EITHER, trap_flag_syscall, "step into a system call", NULL},
	{"trap_flag_ss", EITHER, trap_flag_stack_segment, "step into a system call, the step delayed by a load of SS",
	 NULL},
	{"trap_flag_int3", DIES, trap_flag_interrupt, "step into a breakpoint, the step delayed by a load of SS", NULL},
	{"nested_task_iret", DIES, nested_task_iret, "iretq with NT set", NULL},
	{"alignment_check", EITHER, alignment_check, "misaligned access with AC set (CR0.AM forbids)", NULL},
	{"io_privilege", DIES, io_privilege, "set IOPL, then cli", NULL},
	{"io_privilege_port", DIES, io_privilege_port, "set IOPL, then write a port", NULL},
	{"clear_interrupt", LIVES, clear_interrupt_flag, "clear IF by popf, then keep the CPU", NULL},
	{"copy_backwards", LIVES, direction_backwards, "page faults while DF is set", NULL},
	{"flag_syscall", LIVES, flag_into_kernel, "take a flag into a system call", &flags},
	{"flag_iret", EITHER, flag_by_iret, "take a flag by iretq", &flags},
	{"flag_interrupt", LIVES, flag_into_interrupt, "take a flag into an interrupt", &flags},
};

const struct deed_table flag_deeds = DEED_TABLE(deeds);

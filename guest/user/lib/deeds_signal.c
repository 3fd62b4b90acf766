/* SPDX-License-Identifier: MIT */
/*
 * Deeds with the frames of signal handlers: a process writes into its frame, or makes one up, what rt_sigreturn must
 * not take from it; and it asks for handlers and stacks where there can be none.
 */
#include "lib/deeds.h"
#include "lib/errors.h"
#include "lib/system_calls.h"
#include "lib/user_signals.h"

enum { KERNEL_CODE = 0x08, KERNEL_DATA = 0x10, MXCSR_OFFSET = 24, LEGACY_SIZE = 512, FPU_SIZE = 4096 };

static uint64_t wanted;
static uint8_t fpu_area[FPU_SIZE] __attribute__((aligned(64)));
static uint8_t stack_area[STACK_SIZE];

static void raise(int signal)
{
	kill(getpid(), signal);
}

/* Enters a handler, which does something to its frame and returns. */
static void in_handler(signal_handler *handler, uint64_t argument)
{
	wanted = argument;
	handle_signal(SIGUSR1, handler, 0, 0);
	raise(SIGUSR1);
}

static void set_rip(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->rip = wanted;
}

static void set_flags(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->rflags = wanted;
}

static void set_selectors(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->cs = KERNEL_CODE;
	context->ss = KERNEL_DATA;
	context->fs = context->gs = (uint16_t)wanted;
}

static void set_mxcsr(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	*(uint32_t *)(void *)(context->fpu + MXCSR_OFFSET) = (uint32_t)wanted;
}

static void set_fpu(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->fpu = (uint8_t *)wanted;
}

/* A state of XSAVE, as Linux marks one, with a header of ones. */
static void set_extended(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	for (int i = 0; i < FPU_SIZE; i++)
		fpu_area[i] = i < LEGACY_SIZE ? context->fpu[i] : (uint8_t)wanted;
	context->fpu = fpu_area;
}

/* FPU registers full of ones, with an MXCSR that is allowed. */
static void set_registers(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	for (int i = 0; i < MXCSR_OFFSET; i++)
		context->fpu[i] = (uint8_t)wanted;
	for (int i = MXCSR_OFFSET + 8; i < 464; i++)
		context->fpu[i] = (uint8_t)wanted;
}

static void set_mask(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->mask = UINT64_MAX;
}

static void bad_rip(uint64_t address)
{
	in_handler(set_rip, address);
}

static void all_flags(uint64_t flags)
{
	in_handler(set_flags, flags);
	__asm__ volatile("cld"); /* the deed may have set DF, which C code must not see */
}

static void kernel_selectors(uint64_t selector)
{
	in_handler(set_selectors, selector);
}

static void bad_mxcsr(uint64_t mxcsr)
{
	in_handler(set_mxcsr, mxcsr);
}

static void bad_fpu_address(uint64_t address)
{
	in_handler(set_fpu, address);
}

static void bad_header(uint64_t byte)
{
	in_handler(set_extended, byte);
	sched_yield();
}

static void strange_registers(uint64_t byte)
{
	in_handler(set_registers, byte);
	sched_yield();
	__asm__ volatile("fninit");
}

static void block_everything(uint64_t argument)
{
	in_handler(set_mask, argument);
	raise(SIGKILL);
}

/* ---- frames and stacks that are nowhere ---- */

static void sigreturn_at(uint64_t rsp)
{
	__asm__ volatile("mov %0, %%rsp\n\tsyscall" : : "r"(rsp), "a"(RINGSIDE_SYS_rt_sigreturn) : "memory");
}

static void sigreturn_from_zeros(uint64_t argument)
{
	(void)argument;
	sigreturn_at((uint64_t)fpu_area);
}

static void handler_at(uint64_t address)
{
	in_handler((signal_handler *)address, 0);
}

static void without_restorer(uint64_t argument)
{
	struct sigaction action = {(void *)set_mask, SA_SIGINFO, NULL, 0};

	(void)argument;
	rt_sigaction(SIGUSR1, &action, NULL, sizeof(action.mask));
	raise(SIGUSR1);
}

static void alternate_stack_at(uint64_t base)
{
	struct stack stack = {(void *)base, 0, 0, STACK_SIZE};

	sigaltstack(&stack, NULL);
	handle_signal(SIGUSR1, set_mask, SA_ONSTACK, 0);
	raise(SIGUSR1);
}

/* The handler's own stack is nowhere, and so is that of the handler of the SIGSEGV for it. */
static void stack_at(uint64_t rsp)
{
	static const uint64_t pid = 0; /* the process's own group, which has one member */

	setpgid(0, 0);
	handle_signal(SIGUSR1, set_mask, 0, 0);
	handle_signal(SIGSEGV, set_mask, 0, 0);
	__asm__ volatile("mov %0, %%rsp\n\tsyscall"
			 :
			 : "r"(rsp), "a"(RINGSIDE_SYS_kill), "D"(pid), "S"(SIGUSR1)
			 : "memory", "rcx", "r11");
}

static void nest(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)info, (void)context;
	raise(signal);
}

static void nest_for_ever(uint64_t argument)
{
	struct stack stack = {stack_area, 0, 0, STACK_SIZE};

	(void)argument;
	sigaltstack(&stack, NULL);
	handle_signal(SIGUSR1, nest, SA_NODEFER | SA_ONSTACK, 0);
	raise(SIGUSR1);
}

/* Each fault of the handler is a fault in the handler. */
static void fault_again(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	__asm__ volatile("ud2");
}

static void fault_in_handler(uint64_t argument)
{
	(void)argument;
	handle_signal(SIGILL, fault_again, 0, 0);
	__asm__ volatile("ud2");
}

static const uint64_t flag_list[] = {UINT64_MAX & ~(uint64_t)FLAG_TF, 0, FLAG_IOPL, FLAG_NT, FLAG_VM, FLAG_RF};
static const struct arguments flags = ARGUMENT_LIST(flag_list);
static const uint64_t selector_list[] = {KERNEL_CODE, KERNEL_DATA, 0x30, 0xffff};
static const struct arguments selectors = ARGUMENT_LIST(selector_list);
static const uint64_t mxcsr_list[] = {0xffffffff, 0x10000, 0x80000000};
static const struct arguments mxcsrs = ARGUMENT_LIST(mxcsr_list);
static const uint64_t byte_list[] = {0xff, 0x80};
static const struct arguments byte_values = ARGUMENT_LIST(byte_list);
static const uint64_t nowhere_list[] = {0, 8, 128, 0x1000, 0x7fffffffeff8, 0x7ffffffffff8, UINT64_MAX, UINT64_MAX - 7};
static const struct arguments nowhere = ARGUMENT_LIST(nowhere_list);

static const struct deed deeds[] = {
	{"sigreturn_rip", DIES, bad_rip, "sigreturn to a kernel address", &kernel_addresses},
	{"sigreturn_hole", DIES, bad_rip, "sigreturn to an address that is not canonical", &non_canonical_addresses},
	{"sigreturn_flags", LIVES, all_flags, "sigreturn with IOPL, NT, VM and without IF", &flags},
	{"sigreturn_cs", LIVES, kernel_selectors, "sigreturn with the kernel's selectors", &selectors},
	{"sigreturn_mxcsr", DIES, bad_mxcsr, "sigreturn with reserved bits in MXCSR", &mxcsrs},
	{"sigreturn_fpu", DIES, bad_fpu_address, "sigreturn with FPU state in the kernel", &kernel_addresses},
	{"sigreturn_fpu_hole", DIES, bad_fpu_address, "sigreturn with FPU state in the hole", &non_canonical_addresses},
	{"sigreturn_xsave", EITHER, bad_header, "sigreturn with a bad XSAVE header", &byte_values},
	{"sigreturn_x87", LIVES, strange_registers, "sigreturn with strange FPU registers", &byte_values},
	{"sigreturn_mask", DIES, block_everything, "sigreturn with SIGKILL blocked", NULL},
	{"sigreturn_nowhere", DIES, sigreturn_at, "sigreturn without a stack", &nowhere},
	{"sigreturn_kernel", DIES, sigreturn_at, "sigreturn from a frame in the kernel", &kernel_addresses},
	{"sigreturn_zeros", DIES, sigreturn_from_zeros, "sigreturn from zeros", NULL},
	{"handler_kernel", DIES, handler_at, "a handler in the kernel", &kernel_addresses},
	{"handler_hole", DIES, handler_at, "a handler in the hole", &non_canonical_addresses},
	{"no_restorer", DIES, without_restorer, "a handler that cannot return", NULL},
	{"altstack_kernel", DIES, alternate_stack_at, "an alternate stack in the kernel", &kernel_addresses},
	{"altstack_hole", DIES, alternate_stack_at, "an alternate stack in the hole", &non_canonical_addresses},
	{"handler_stack", DIES, stack_at, "a handler without a stack", &nowhere},
	{"handler_rsp_kernel", DIES, stack_at, "a handler with its stack in the kernel", &kernel_addresses},
	{"nest_for_ever", DIES, nest_for_ever, "handlers upon handlers until their stack is full", NULL},
	{"fault_in_handler", DIES, fault_in_handler, "a fault in the handler of the fault", NULL},
};

const struct deed_table signal_deeds = DEED_TABLE(deeds);

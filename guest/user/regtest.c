/* SPDX-License-Identifier: MIT */
/*
 * Tests that a trap is invisible to the process it interrupts: the general registers and flags keep their values across
 * a system call (except RAX, RCX and R11, which `syscall` uses), a page fault that the kernel resolves, and timer
 * interrupts.
 *   regtest [ROUNDS]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"

/* clang-format off */
#define REGISTERS(X) \
	X(0, rax) X(1, rbx) X(2, rcx) X(3, rdx) X(4, rsi) X(5, rdi) X(6, rbp) X(7, r8) X(8, r9) X(9, r10) X(10, r11) \
	X(11, r12) X(12, r13) X(13, r14) X(14, r15)
/* clang-format on */

#define INDEX(index, name) REGISTER_##name = (index),
enum { REGISTERS(INDEX) REGISTER_flags, REGISTER_COUNT };

#define NAME(index, name) #name,
static const char *const names[] = {REGISTERS(NAME) "flags"};

/* The arithmetic flags and DF: they may have any value, and no instruction between load and store changes them. */
enum { FLAGS = 0xcd5 };

uint64_t registers_before[REGISTER_COUNT], registers_after[REGISTER_COUNT];
uint8_t registers_page[4096] __attribute__((aligned(4096)));

/*
 * Defines a function for one kind of trap: loads all registers from registers_before, lets the trap happen, stores the
 * registers to registers_after. RSP needs no comparison: the function would not return if it had changed.
 */
#define LOAD(index, name) "	mov registers_before + 8 * " #index ", %" #name "\n"
#define STORE(index, name) "	mov %" #name ", registers_after + 8 * " #index "\n"
#define ACROSS(function, trap)                                                                                         \
	void function(void);                                                                                           \
	__asm__(".pushsection .text." #function ", \"ax\", @progbits\n" #function ":\n"                                \
		"	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"                                  \
		"	pushq registers_before + 8 * 15\n"                                                                   \
		"	popfq\n" REGISTERS(LOAD) trap                                                                  \
		"\n" REGISTERS(STORE) "	pushfq\n"                                                                      \
				      "	popq registers_after + 8 * 15\n"                                               \
				      "	cld\n"                                                                         \
				      "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"                  \
				      "	ret\n"                                                                         \
				      ".popsection\n");

ACROSS(across_syscall, "syscall")
ACROSS(across_fault, "movb $1, registers_page")
ACROSS(across_interrupt, "mov $20000000, %ecx; 1: loop 1b") /* `loop` does not change flags */

static void fill(uint64_t round)
{
	for (uint64_t i = 0; i < REGISTER_COUNT; i++)
		registers_before[i] = (round << 8 | i) * 0x9e3779b97f4a7c15;
	registers_before[REGISTER_flags] &= FLAGS;
}

/* Returns the first register that changed, except those in the bit set `ignored`; REGISTER_COUNT if none changed. */
static int changed(uint64_t ignored)
{
	registers_after[REGISTER_flags] &= FLAGS;
	for (int i = 0; i < REGISTER_COUNT; i++)
		if (!(ignored >> i & 1) && registers_before[i] != registers_after[i])
			return i;
	return REGISTER_COUNT;
}

static int run_syscall(uint64_t round)
{
	fill(round);
	registers_before[REGISTER_rax] = RINGSIDE_SYS_getpid;
	across_syscall();
	return changed(1 << REGISTER_rax | 1 << REGISTER_rcx | 1 << REGISTER_r11);
}

/* Runs in a new process every time, because the first write to a page shared since fork is what faults. */
static int run_fault(uint64_t round)
{
	int status, pid = fork();

	if (pid == 0) {
		fill(round);
		across_fault();
		exit_group(changed(0));
	}
	return wait4(pid, &status, 0, NULL) == pid ? exit_status_of(status) : 0;
}

static int run_interrupt(uint64_t round)
{
	fill(round);
	across_interrupt();
	return changed(1 << REGISTER_rcx);
}

static void test(const char *what, int (*run)(uint64_t round), uint64_t rounds)
{
	int result = REGISTER_COUNT;

	for (uint64_t round = 1; round <= rounds && result == REGISTER_COUNT; round++)
		result = run(round);
	check(result == REGISTER_COUNT, "registers across %s: %s", what,
	      result == REGISTER_COUNT ? "unchanged" : names[result]);
}

int main(int argc, char **argv)
{
	uint64_t rounds = number_argument(argc, argv, 1, 8);

	test("a system call", run_syscall, rounds);
	test("a page fault", run_fault, rounds);
	test("an interrupt", run_interrupt, rounds);
	return check_summary("regtest");
}

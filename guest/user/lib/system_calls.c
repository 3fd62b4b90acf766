/* SPDX-License-Identifier: MIT */
/*
 * The system call stubs: one function for each row of ringside/syscalls.h, so a trace can name the call from RIP alone.
 * `syscall` stores its return address in RCX, so the fourth argument is passed in R10 (System V ABI, AMD64
 * supplement, A.2.1). If the kernel must be entered in another way, system_call_gate points to a function that takes
 * the same registers and enters the kernel; gate.c chooses it.
 */
#include "lib/system_calls.h"

#define FUNCTION(name, body)                                                                                           \
	__asm__(".pushsection .text." #name ", \"ax\", @progbits\n"                                                    \
		".globl " #name "\n"                                                                                   \
		".type " #name ", @function\n" #name ":\n" body ".size " #name ", . - " #name "\n"                     \
		".popsection\n");

void (*system_call_gate)(void);

#define TRAP                                                                                                           \
	"	cmpq $0, system_call_gate(%rip)\n"                                                                           \
	"	jne 1f\n"                                                                                                    \
	"	syscall\n"                                                                                                   \
	"	ret\n"                                                                                                       \
	"1:	jmp *system_call_gate(%rip)\n"

#define STUB(number, name, arguments, names)                                                                           \
	FUNCTION(name, "	mov %rcx, %r10\n"                                                                             \
		       "	mov $" #number ", %eax\n" TRAP)

RINGSIDE_SYSCALLS(STUB)

/* In C the number comes first, so each argument is one register later than the kernel expects, the last on the stack.
 */
#define SHIFT_ARGUMENTS                                                                                                \
	"	mov %rdi, %rax\n"                                                                                            \
	"	mov %rsi, %rdi\n"                                                                                            \
	"	mov %rdx, %rsi\n"                                                                                            \
	"	mov %rcx, %rdx\n"                                                                                            \
	"	mov %r8, %r10\n"                                                                                             \
	"	mov %r9, %r8\n"                                                                                              \
	"	mov 8(%rsp), %r9\n"

FUNCTION(system_call, SHIFT_ARGUMENTS TRAP)
FUNCTION(system_call_by_int80, SHIFT_ARGUMENTS "	int $0x80\n	ret\n")
FUNCTION(system_call_int80_gate, "	int $0x80\n	ret\n")

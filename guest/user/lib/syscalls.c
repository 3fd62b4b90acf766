/* SPDX-License-Identifier: MIT */
/*
 * The stubs of the system calls: one function a row of ringside/syscalls.h, so a trace can name the call
 * from RIP alone. A stub is three instructions: `syscall` keeps its return address in RCX, so the
 * fourth argument travels in R10 (System V ABI, AMD64 supplement, A.2.1).
 */
#include "lib/syscalls.h"

#define FUNCTION(name, body)                                                                                           \
	__asm__(".pushsection .text." #name ", \"ax\", @progbits\n"                                                    \
		".globl " #name "\n"                                                                                   \
		".type " #name ", @function\n" #name ":\n" body "	ret\n"                                               \
		".size " #name ", . - " #name "\n"                                                                     \
		".popsection\n");

#define STUB(number, name, arguments)                                                                                  \
	FUNCTION(name, "	mov %rcx, %r10\n"                                                                             \
		       "	mov $" #number ", %eax\n"                                                              \
		       "	syscall\n")

RINGSIDE_SYSCALLS(STUB)

/* Arguments arrive one register later than the kernel wants them, the last on the stack. */
#define SHIFT_ARGUMENTS                                                                                                \
	"	mov %rdi, %rax\n"                                                                                            \
	"	mov %rsi, %rdi\n"                                                                                            \
	"	mov %rdx, %rsi\n"                                                                                            \
	"	mov %rcx, %rdx\n"                                                                                            \
	"	mov %r8, %r10\n"                                                                                             \
	"	mov %r9, %r8\n"                                                                                              \
	"	mov 8(%rsp), %r9\n"

FUNCTION(system_call, SHIFT_ARGUMENTS "	syscall\n")
FUNCTION(system_call_by_int80, SHIFT_ARGUMENTS "	int $0x80\n")

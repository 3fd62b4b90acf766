/* SPDX-License-Identifier: MIT */
/* The trap frame: what is on the kernel stack while a trap is handled. trap_path.S builds it and returns by it. */
#ifndef GUEST_KERNEL_TRAP_FRAME_H
#define GUEST_KERNEL_TRAP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/boot/memory_layout.h"

/* The same for every trap, whatever instruction or event caused it. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx; /* C functions preserve these, so return_by_sysret does not load them */
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t vector;
	uint64_t error;			   /* the CPU's error code; 0 where there is none */
	uint64_t rip, cs, rflags, rsp, ss; /* pushed by the CPU, except for system calls by SYSCALL */
};

/* RFLAGS (SDM vol. 1, 3.4.3) */
enum {
	FLAG_ONE = 1 << 1,
	FLAG_TF = 1 << 8,
	FLAG_IF = 1 << 9,
	FLAG_DF = 1 << 10,
	FLAG_IOPL = 3 << 12,
	FLAG_NT = 1 << 14,
	FLAG_RF = 1 << 16,
	FLAG_AC = 1 << 18,
};

/* What a process may have in RFLAGS: status flags, TF, DF, AC, ID. Never IOPL, NT, VM. */
#define USER_FLAGS 0x240dd5

/* Page-fault error code (SDM vol. 3A, 4.7) */
enum { FAULT_PRESENT = 1, FAULT_WRITE = 2, FAULT_USER = 4, FAULT_RESERVED = 8, FAULT_FETCH = 16 };

static inline bool from_user(const struct trap_frame *frame)
{
	return (frame->cs & 3) != 0; /* the kernel has no use for rings 1 and 2 */
}

/* Whether processes run in ring 0: protocol=direct. Without it a trap from ring 0 is always the kernel's. */
extern bool processes_in_ring0;

/* Whether a process was running when the trap came; with protocol=direct in ring 0, like the kernel. */
static inline bool from_process(const struct trap_frame *frame)
{
	return from_user(frame) || (processes_in_ring0 && frame->rip < USER_END);
}

#endif

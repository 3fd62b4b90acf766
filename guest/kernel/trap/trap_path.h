/* SPDX-License-Identifier: MIT */
/* What trap_path.S offers to C. */
#ifndef GUEST_KERNEL_TRAP_TRAP_PATH_H
#define GUEST_KERNEL_TRAP_TRAP_PATH_H

#include <stdint.h>

#include "kernel/process/process_list.h"
#include "kernel/trap/frame.h"

/* The ways in, for the trap table: a stub for each vector, the other page-fault gate, SYSCALL; and for direct calls. */
enum { TRAP_STUB_SIZE = 16 };
extern const uint8_t trap_stubs[], page_fault_recognise[];
void syscall_entry(void);
void service_entry(void);

/* Where a handler of a system call by SYSCALL returns to, with the result in RAX. */
extern const uint8_t fast_call_result[];

/* Returns from a trap by way of signals_return (signals/signal.h). */
extern const uint8_t return_by_signal[];
_Noreturn void return_with_signals(const struct trap_frame *frame);

/* Where the first run of a process begins, with RSP at its forged frame. */
extern const uint8_t return_by_iretq[];

/* Return-from-trap by IRETQ with this frame. */
_Noreturn void return_from_trap(const struct trap_frame *frame);

/*
 * Saves the registers to `from` and restores those in `to`, so that the CPU goes on where `to` was saved. Returns when
 * a later call restores `from`. The registers are those that a C function preserves.
 */
void context_switch(struct context *from, struct context *to);

#endif

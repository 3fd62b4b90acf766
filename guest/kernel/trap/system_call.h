/* SPDX-License-Identifier: MIT */
/* System calls: the table from number to handler. A process names a number and can never choose the code that runs. */
#ifndef GUEST_KERNEL_TRAP_SYSTEM_CALL_H
#define GUEST_KERNEL_TRAP_SYSTEM_CALL_H

#include <stdint.h>

#include "kernel/lib/compiler.h"
#include "kernel/trap/frame.h"
#include "ringside/syscalls.h"

/* One more than the highest number in ringside/syscalls.h: the size of a union of arrays, one for each row. */
#define SYSCALL_ROW(number, name, arguments, names) char name[(number) + 1];
union syscall_rows {
	RINGSIDE_SYSCALLS(SYSCALL_ROW)
};
#undef SYSCALL_ROW
enum { SYSCALL_LIMIT = sizeof(union syscall_rows) };

/* A handler gets the six argument registers and returns a result or -errno. It may take fewer parameters. */
typedef int64_t syscall_handler(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
extern syscall_handler *const syscall_table[SYSCALL_LIMIT];

/*
 * A function with fewer parameters as a handler. The others are in registers that it does not read (System V psABI for
 * x86-64, 3.2.3).
 */
#define SYSCALL_HANDLER(function) ((syscall_handler *)(void (*)(void))(function))

/* The ordinary path of every system call: INT 0x80, direct calls, and SYSCALL with the option `account`. */
void system_call(struct trap_frame *frame);

extern const uint8_t syscall_argument_counts[SYSCALL_LIMIT];
void event_argument_values(const struct trap_frame *frame, unsigned count);

/* Reports the arguments of a call, if it has any. Only with tracing. */
static ALWAYS_INLINE void event_arguments(const struct trap_frame *frame, uint64_t number)
{
	if (number < SYSCALL_LIMIT && syscall_argument_counts[number] != 0)
		event_argument_values(frame, syscall_argument_counts[number]);
}

#endif

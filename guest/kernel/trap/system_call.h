/* SPDX-License-Identifier: MIT */
/* The system-call table: number to handler. A process names a number and never the code that runs. */
#ifndef GUEST_KERNEL_SYSCALL_H
#define GUEST_KERNEL_SYSCALL_H

#include <stdint.h>

#include "kernel/trap/trap_table.h"
#include "ringside/syscalls.h"

/* One more than the highest number in ringside/syscalls.h: the size of a union of arrays, one a row. */
#define SYSCALL_ROW(number, name, arguments) char name[(number) + 1];
union syscall_rows {
	RINGSIDE_SYSCALLS(SYSCALL_ROW)
};
#undef SYSCALL_ROW
enum { SYSCALL_LIMIT = sizeof(union syscall_rows) };

/* A handler gets the six argument registers and returns a result or -errno. */
typedef int64_t syscall_handler(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
extern syscall_handler *const syscall_table[SYSCALL_LIMIT];

/* Handlers, one for each row; see the sys_*.c files. */
#define SYSCALL_DECLARE(number, name, arguments) syscall_handler sys_##name;
RINGSIDE_SYSCALLS(SYSCALL_DECLARE)
#undef SYSCALL_DECLARE

/* absent.c: what the table holds for every other number. */
syscall_handler no_such_call;

/* Everything that is not the fast path of entry.S: int 0x80, services, watching; the second by SYSCALL, only traced. */
void system_call(struct trap_frame *frame);
void syscall_traced(struct trap_frame *frame);
_Noreturn void syscall_bad_return(const struct trap_frame *frame);

#endif

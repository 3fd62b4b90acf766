/* SPDX-License-Identifier: MIT */
/* The fast path of a system call by SYSCALL; fast_call.inc has it while nobody traces. */
#ifndef GUEST_KERNEL_TRAP_FAST_CALL_H
#define GUEST_KERNEL_TRAP_FAST_CALL_H

#include "kernel/trap/frame.h"

/* The fast path while somebody traces. watch/trap_watch.c makes it the syscall_watcher. */
void fast_call_traced(struct trap_frame *frame);

#endif

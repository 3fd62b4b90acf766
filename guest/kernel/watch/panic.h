/* SPDX-License-Identifier: MIT */
/* The end of a kernel that cannot go on. Any part of the kernel may call this. */
#ifndef GUEST_KERNEL_WATCH_PANIC_H
#define GUEST_KERNEL_WATCH_PANIC_H

/* Prints "kernel panic: " and the message, then ends the run as panic_end does. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the run as crashed. The caller has printed what went wrong; this adds which process had the CPU. */
_Noreturn void panic_end(void);

/* Prints which process has the CPU. NULL until there are processes (process/process_list.c sets this). */
extern void (*panic_print_process)(void);

#endif

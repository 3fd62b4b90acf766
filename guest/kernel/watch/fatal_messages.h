/* SPDX-License-Identifier: MIT */
/*
 * Messages about traps that end a process or the kernel. Those about processes print nothing with
 * print-fatal-signals=0. trap/fatal_trap.c calls these.
 */
#ifndef GUEST_KERNEL_WATCH_FATAL_MESSAGES_H
#define GUEST_KERNEL_WATCH_FATAL_MESSAGES_H

#include "kernel/trap/frame.h"

void print_killed_by_trap(const struct trap_frame *frame);
void print_killed_for_memory(const struct trap_frame *frame);
void print_killed_for_bad_return(const struct trap_frame *frame);

/* A panic: the trap and the registers. */
void print_kernel_trap(const struct trap_frame *frame);

/* The short name of a trap, like "PF"; "??" if the vector has none. */
const char *trap_mnemonic(uint64_t vector);

#endif

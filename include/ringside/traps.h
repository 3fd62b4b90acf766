/* SPDX-License-Identifier: MIT */
/*
 * The trap table: one row for every vector that has a meaning, exceptions (Intel SDM vol. 3A, table 6-1), device
 * interrupts and the system call gate. The kernel's IDT, its entry stubs and the names in traces and messages come from
 * this list. The kernel has gates for all other vectors too, and counts their traps as stray.
 *
 * X(vector, mnemonic, name, dpl, has_error_code, signal)
 *   dpl             the gate's privilege level: 3 = a process may use the gate by INT, 0 = such an INT causes #GP
 *   has_error_code  1 = the processor pushes an error code
 *   signal          the Linux number of the signal that ends a process which causes the trap; 0 = no process causes it
 */
#ifndef RINGSIDE_TRAPS_H
#define RINGSIDE_TRAPS_H

/* clang-format off */
#define RINGSIDE_TRAPS(X) \
	X(0,   DE,  "divide error",                0, 0, 8)  \
	X(1,   DB,  "debug",                       0, 0, 5)  \
	X(2,   NMI, "non-maskable interrupt",      0, 0, 0)  \
	X(3,   BP,  "breakpoint",                  3, 0, 5)  \
	X(4,   OF,  "overflow",                    3, 0, 11) \
	X(5,   BR,  "bound range exceeded",        0, 0, 11) \
	X(6,   UD,  "invalid opcode",              0, 0, 4)  \
	X(7,   NM,  "device not available",        0, 0, 11) \
	X(8,   DF,  "double fault",                0, 1, 0)  \
	X(10,  TS,  "invalid TSS",                 0, 1, 11) \
	X(11,  NP,  "segment not present",         0, 1, 7)  \
	X(12,  SS,  "stack-segment fault",         0, 1, 7)  \
	X(13,  GP,  "general protection",          0, 1, 11) \
	X(14,  PF,  "page fault",                  0, 1, 11) \
	X(16,  MF,  "x87 floating-point error",    0, 0, 8)  \
	X(17,  AC,  "alignment check",             0, 1, 7)  \
	X(18,  MC,  "machine check",               0, 0, 0)  \
	X(19,  XM,  "SIMD floating-point error",   0, 0, 8)  \
	X(20,  VE,  "virtualization exception",    0, 0, 11) \
	X(21,  CP,  "control protection",          0, 1, 11) \
	X(32,  TIMER,   "timer interrupt",         0, 0, 0)  \
	X(36,  SERIAL,  "serial interrupt",        0, 0, 0)  \
	X(128, SYSCALL, "system call (int 0x80)",  3, 0, 0)
/* clang-format on */

#define RINGSIDE_TRAP_ENUM(vector, mnemonic, ...) RINGSIDE_TRAP_##mnemonic = (vector),
enum ringside_trap { RINGSIDE_TRAPS(RINGSIDE_TRAP_ENUM) };
#undef RINGSIDE_TRAP_ENUM

/* The kernel programs the 8259A pair to deliver IRQ n at this vector + n. */
#define RINGSIDE_IRQ_BASE 32

#endif

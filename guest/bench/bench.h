/* SPDX-License-Identifier: MIT */
/* What the C and the assembly of the benchmark's guest share. */
#ifndef GUEST_BENCH_H
#define GUEST_BENCH_H

/* As SYSCALL and SYSRET demand: kernel SS = CS + 8; user SS = base + 8, user CS = base + 16. */
#define KERNEL_CS 0x08
#define KERNEL_SS 0x10
#define SYSRET_BASE 0x1b
#define USER_SS 0x23
#define USER_CS 0x2b
#define TSS_SELECTOR 0x30

/* The kernel's part is one large page, that of ring 3 the next; nothing is mapped above the gigabyte. */
#define USER_START 0x200000
#define USER_STACK_TOP 0x400000
#define UNMAPPED 0x40000000

#define VECTOR_DE 0
#define VECTOR_BP 3
#define VECTOR_UD 6
#define VECTOR_GP 13
#define VECTOR_PF 14
#define VECTOR_TIMER 32
#define VECTOR_INT80 0x80

#define FLAGS_FIXED 0x2
#define FLAGS_IF 0x200

#define CALIBRATION_INSTRUCTIONS 100

#ifndef __ASSEMBLER__
#include <stdint.h>

/* A measured loop: TSC ticks that `iterations` crossings took. Those of ring 3 are entered by enter_ring3. */
typedef uint64_t measured(uint64_t iterations, uint64_t operand);

uint64_t enter_ring3(measured *code, uint64_t iterations, uint64_t operand, uint64_t flags);

/* Halts at ring 0 until the timer comes; the TSC in its handler. */
uint64_t wait_halted(void);

/* clang-format off */
#define ROUTINES(X) \
	X(ring0_clock) X(ring0_empty) X(ring0_register) X(ring0_cpuid) X(ring0_rdmsr) X(ring0_out8) \
	X(ring0_out16) X(ring0_out32) X(ring0_in8) X(ring0_in16) X(ring0_in32) X(ring0_outs) X(ring0_ins) \
	X(ring0_mmio_read) X(ring0_mmio_write) X(ring3_clock) X(ring3_empty) X(ring3_call) X(ring3_syscall) \
	X(ring3_int80) X(ring3_int3) X(ring3_ud) X(ring3_gp) X(ring3_de) X(ring3_pf) X(ring3_spin) \
	X(ring0_hundred)
/* clang-format on */

#define ROUTINE(name) uint64_t name(uint64_t iterations, uint64_t operand);
ROUTINES(ROUTINE)
#undef ROUTINE

/* Handlers, by what they do with the frame before they return. */
void on_leave(void), on_timer(void), on_return(void), on_skip2(void), on_skip1_error(void), on_skip2_error(void);
void on_syscall_fault(void), on_probe(void), syscall_sysret(void), syscall_iret(void);

/* Whether an instruction at ring 0 is emulated: LFENCE is not in the emulator, nor needed with it. */
extern uint8_t ring0_emulated;

/* The probe's handlers count here, by how the instruction arrived. */
extern uint64_t probe_by_itself, probe_by_fault;
void probe_syscall(void), probe_int80(void), probe_fault_ud(void), probe_fault_pf(void);
#endif

#endif

/* SPDX-License-Identifier: MIT */
/* Shared by the C and the assembly files of the benchmark's guest. */
#ifndef GUEST_BENCH_H
#define GUEST_BENCH_H

/* SYSCALL and SYSRET demand: kernel SS = kernel CS + 8, user SS = SYSRET_BASE + 8, user CS = SYSRET_BASE + 16. */
#define KERNEL_CS 0x08
#define KERNEL_SS 0x10
#define SYSRET_BASE 0x1b
#define USER_SS 0x23
#define USER_CS 0x2b
#define TSS_SELECTOR 0x30

/* Ring 0 has the first large page, ring 3 those from the second on; nothing is mapped at 1 GiB. */
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
#define CACHE_LINE 64
#define TSS_RSP0 4

/* Offsets in struct process (bench_processes.c), and its size, for bench_entry.S. */
#define PROCESS_CR3 0
#define PROCESS_NEXT 8
#define PROCESS_REGISTERS 96
#define PROCESS_SIZE 256

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "ringside/bench.h"

#define NULL ((void *)0)

extern struct bench_page page;

struct tss {
	uint32_t reserved;
	uint64_t rsp0;
	uint64_t others[11];
	uint16_t reserved1, io_map;
} __attribute__((packed));

extern struct tss tss;
extern char kernel_stack_top[];

/* Sets the handler of a vector, which ring 3 may also raise by INT. */
void set_gate(unsigned vector, void (*handler)(void));

/* ---- assembly ---- */

/* A measured loop: returns the TSC ticks of `iterations` crossings. enter_ring3() enters the loops of ring 3. */
typedef uint64_t measured(uint64_t iterations, uint64_t operand);

uint64_t enter_ring3(measured *code, uint64_t iterations, uint64_t operand, uint64_t flags);

/* Halt in ring 0 until the timer interrupt comes. Return the TSC read in its handler, and the TSC read after HLT. */
uint64_t wait_halted(void);
uint64_t wait_woken(void);

/* clang-format off */
#define ROUTINES(X) \
	X(ring0_clock) X(ring0_empty) X(ring0_register) X(ring0_cpuid) X(ring0_rdmsr) X(ring0_wrmsr) X(ring0_out8) \
	X(ring0_out16) X(ring0_out32) X(ring0_in8) X(ring0_in16) X(ring0_in32) X(ring0_outs) X(ring0_ins) \
	X(ring0_mmio_read) X(ring0_mmio_write) X(ring0_halt) X(ring0_event_ring) X(ring0_event_exit) X(ring3_clock) \
	X(ring3_empty) X(ring3_call) X(ring3_syscall) X(ring3_int80) X(ring3_int3) X(ring3_ud) X(ring3_gp) \
	X(ring3_de) X(ring3_pf) X(ring3_spin) X(ring3_tick) X(ring3_touch) X(ring3_switch) X(ring0_hundred)
/* clang-format on */

#define ROUTINE(name) uint64_t name(uint64_t iterations, uint64_t operand);
ROUTINES(ROUTINE)
#undef ROUTINE

/* The loop of ring3_switch, where every process except the first begins. */
extern const char ring3_switch_loop[];

/* Handlers, named after what they change in the trap frame before they return. */
void on_leave(void), on_timer(void), on_return(void), on_skip2(void), on_skip1_error(void), on_skip2_error(void);
void on_tick(void), on_syscall_fault(void), on_probe(void), syscall_sysret(void), syscall_iret(void);
void on_yield_shared(void), on_yield_own(void), on_yield_shared_fault(void), on_yield_own_fault(void);

/* Not 0: the host emulates ring 0. Its emulator does not know LFENCE, and LFENCE is not needed. */
extern uint8_t ring0_emulated;

/* Counted by the handlers of probe(): the instruction arrived by itself, or as a fault. */
extern uint64_t probe_by_itself, probe_by_fault;
void probe_syscall(void), probe_int80(void), probe_fault_ud(void), probe_fault_pf(void);

/* ---- crossings.c ---- */

/*
 * Prepare a crossing, take one sample of it (TSC ticks; crossings of the timer: the TSC when the interrupt was seen,
 * with the TSC at which the timer was set in *set), and clean up. Called for each order of the bench device, and by
 * alone.c.
 */
void crossing_begin(enum bench_crossing crossing);
uint64_t crossing_sample(enum bench_crossing crossing, uint64_t iterations, uint64_t *set);
void crossing_end(enum bench_crossing crossing);

/* ---- timer.c: the interrupts of the 8254, at VECTOR_TIMER ---- */

void timer_init(void);
/* Sets the 8254 to interrupt once after `count` of its ticks. *set is the TSC at that time; false: it may be wrong. */
bool timer_start(uint32_t count, uint64_t *set);

/* ---- events.c: the ring of events that `vmm run --trace` gets from a kernel ---- */

void events_begin(void);
void events_end(void);

/* ---- bench_processes.c: the processes to switch between ---- */

struct working_set {
	uint64_t address, bytes;
};

/*
 * Makes `count` processes that touch `bytes` each between two switches, in address spaces of their own if `is_own`.
 * Returns the operand of the first process.
 */
uint64_t processes_begin(uint32_t count, uint32_t bytes, bool is_own);
void processes_enter(bool is_own); /* loads the kernel stack and address space of the first process */
void processes_leave(void);

/* ---- alone.c: measuring without the bench device, under another VMM ---- */

void measure_all_alone(void);
#endif

#endif

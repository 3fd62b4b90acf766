/* SPDX-License-Identifier: MIT */
/*
 * The contract between `vmm bench` and its guest (guest/bench): the bench device, the memory page that both share, and
 * the crossings that the guest can measure. A crossing is a transition that is measured: between rings, between guest
 * and VMM, or between processes. Included by C and assembly.
 */
#ifndef RINGSIDE_BENCH_H
#define RINGSIDE_BENCH_H

/* The bench device: 32-bit registers at I/O ports, and one page of memory-mapped I/O. Offsets from BENCH_PORT. */
#define BENCH_PORT 0x540
#define BENCH_PORT_COUNT 0x20 /* bytes */

#define BENCH_REG_ID 0x00   /* read: BENCH_ID */
#define BENCH_REG_PAGE 0x04 /* write: page frame of the guest's struct bench_page */
#define BENCH_REG_NEXT                                                                                                 \
	0x08 /* write: the samples are in the page; when the write returns, the page holds the next order */
#define BENCH_REG_SINK 0x0c /* read, write: has no effect, so that the access costs only the exit */
#define BENCH_REG_DELAY                                                                                                \
	0x10 /* write: has no effect, but the VMM delays its return by the time that a test has asked for */

#define BENCH_ID 0x32484342 /* "BCH2": the last character is the version of this contract */

#define BENCH_MMIO 0xd0000000  /* guest-physical, in the hole below 4 GiB; reads and writes have no effect */
#define BENCH_MMIO_SIZE 0x1000 /* bytes */

#define BENCH_STRING_LENGTH 1024 /* bytes that one string instruction (OUTS, INS) moves */
#define BENCH_SAMPLES_MAX 64	 /* samples in one page */

/*
 * The processes of the switching crossings (TOUCH, SWITCH_*). Each process has a working set in a pool of guest memory
 * that begins at BENCH_POOL: at most BENCH_SET_LARGE bytes for the first BENCH_PROCESSES_LARGE processes, at most
 * BENCH_SET_SMALL bytes for the others. These crossings need BENCH_MEMORY bytes of guest memory; BENCH_MEMORY_SMALL is
 * enough for all others.
 */
#define BENCH_PROCESSES_MAX 4096
#define BENCH_PROCESSES_LARGE 512
#define BENCH_SET_LARGE 0x40000
#define BENCH_SET_SMALL 0x10000
#define BENCH_POOL 0x6000000
#define BENCH_POOL_SIZE                                                                                                \
	(BENCH_PROCESSES_LARGE * BENCH_SET_LARGE + (BENCH_PROCESSES_MAX - BENCH_PROCESSES_LARGE) * BENCH_SET_SMALL)
#define BENCH_MEMORY (BENCH_POOL + BENCH_POOL_SIZE)
#define BENCH_MEMORY_SMALL 0x1000000

/* The crossings, in the order of the guest's table: X(NAME). */
/* clang-format off */
#define BENCH_CROSSINGS(X) \
	X(CLOCK0) X(CLOCK3) X(EMPTY0) X(EMPTY3) X(REGISTER) X(CALL) X(SYSRET) X(SYSCALL_IRET) X(INT80) X(INT3) X(UD) X(GP) X(DE) \
	X(PF) X(CPUID) X(RDMSR) X(WRMSR) X(OUT8) X(OUT16) X(OUT32) X(IN8) X(IN16) X(IN32) X(OUTS) X(INS) X(MMIO_READ) \
	X(MMIO_WRITE) X(DEBUGCON) X(HALT) X(EVENT_RING) X(EVENT_EXIT) X(DELAY) X(TIMER_HALTED) X(TIMER_WAKE) \
	X(TIMER_RING3) X(TICK) X(TOUCH) X(SWITCH_SHARED) X(SWITCH_OWN)
/* clang-format on */

/* What the guest's kernel sees when ring 3 executes `int 0x80` or `syscall`, which some hosts cannot deliver. */
#define BENCH_ARRIVES_ITSELF 0	 /* the trap itself */
#define BENCH_ARRIVES_AS_FAULT 1 /* #UD at the instruction (int 0x80), or #PF at its target (syscall) */
#define BENCH_NEVER_ARRIVES 2	 /* nothing */

#ifndef __ASSEMBLER__
#include <stdint.h>

#define BENCH_CROSSING_ENUM(name) BENCH_##name,
enum bench_crossing { BENCH_CROSSINGS(BENCH_CROSSING_ENUM) BENCH_CROSSING_COUNT };
#undef BENCH_CROSSING_ENUM

/*
 * The page in guest memory. The VMM writes the fields of the order, the guest all other fields; neither relies on the
 * fields that it writes itself, because the other side could have changed them.
 */
struct bench_page {
	uint32_t crossing;    /* order: enum bench_crossing */
	uint32_t count;	      /* order: samples to take */
	uint64_t iterations;  /* order: crossings in one sample, or rounds through all processes; TIMER_* ignore it */
	uint32_t timer_count; /* order: count to write to the 8254, in ticks until its interrupt */
	uint32_t timer_attempts; /* order: tries to set the timer without an interruption; at least 1 */
	uint32_t reserved;
	uint32_t processes;		     /* order: processes to switch between */
	uint32_t bytes;			     /* order: size of each working set, in bytes */
	uint32_t syscall;		     /* result, found out at start: BENCH_ARRIVES_* of `syscall` */
	uint32_t int80;			     /* result, found out at start: BENCH_ARRIVES_* of `int 0x80` */
	uint32_t ring0_emulated;	     /* result: the host emulates ring 0, as the time of instructions shows */
	uint64_t samples[BENCH_SAMPLES_MAX]; /* result: TSC ticks of a whole sample; for TIMER_*, the TSC at its end */
	uint64_t set[BENCH_SAMPLES_MAX];     /* result of TIMER_*: the TSC when the timer was set */
};
#endif

#endif

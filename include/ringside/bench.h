/* SPDX-License-Identifier: MIT */
/*
 * The contract between `vmm bench` and its guest, guest/bench: the bench device, the page they share, and
 * the crossings the guest knows how to measure. Included by C and assembly.
 */
#ifndef RINGSIDE_BENCH_H
#define RINGSIDE_BENCH_H

/* The bench device: ports, 32-bit registers, and one page of memory-mapped I/O. */
#define BENCH_PORT 0x540
#define BENCH_PORT_COUNT 0x20

#define BENCH_REG_ID 0x00    /* read: BENCH_ID */
#define BENCH_REG_PAGE 0x04  /* write: page frame of struct bench_page */
#define BENCH_REG_NEXT 0x08  /* write: the batch is done; after it the page holds the next order */
#define BENCH_REG_SINK 0x0c  /* read, write: nothing happens; what it costs is the exit */
#define BENCH_REG_DELAY 0x10 /* write: nothing happens, after the delay that was injected */

#define BENCH_ID 0x32484342 /* "BCH2": the last character is the version of this contract */

#define BENCH_MMIO 0xd0000000 /* in the hole of guest RAM; read, write: nothing happens */
#define BENCH_MMIO_SIZE 0x1000

#define BENCH_STRING_LENGTH 1024 /* bytes that one string instruction moves */
#define BENCH_SAMPLES_MAX 64	 /* in a batch */

/*
 * The processes that are switched between: each has a working set in a pool of memory, of BENCH_SET_LARGE bytes
 * at most, those from BENCH_PROCESSES_LARGE on of BENCH_SET_SMALL. A machine of BENCH_MEMORY bytes has them; one
 * of BENCH_MEMORY_SMALL has all other crossings.
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

/* What the guest measures, in the order of its table. X(NAME) */
/* clang-format off */
#define BENCH_CROSSINGS(X) \
	X(CLOCK0) X(CLOCK3) X(EMPTY0) X(EMPTY3) X(REGISTER) X(CALL) X(SYSRET) X(SYSCALL_IRET) X(INT80) X(INT3) X(UD) X(GP) X(DE) \
	X(PF) X(CPUID) X(RDMSR) X(WRMSR) X(OUT8) X(OUT16) X(OUT32) X(IN8) X(IN16) X(IN32) X(OUTS) X(INS) X(MMIO_READ) \
	X(MMIO_WRITE) X(DEBUGCON) X(HALT) X(EVENT_RING) X(EVENT_EXIT) X(DELAY) X(TIMER_HALTED) X(TIMER_WAKE) \
	X(TIMER_RING3) X(TICK) X(TOUCH) X(SWITCH_SHARED) X(SWITCH_OWN)
/* clang-format on */

/* How a trap instruction arrives at the guest's ring 0. */
#define BENCH_ARRIVES_ITSELF 0
#define BENCH_ARRIVES_AS_FAULT 1 /* as #UD (int 0x80) or #PF (syscall) at the instruction or its target */
#define BENCH_NEVER_ARRIVES 2

#ifndef __ASSEMBLER__
#include <stdint.h>

#define BENCH_CROSSING_ENUM(name) BENCH_##name,
enum bench_crossing { BENCH_CROSSINGS(BENCH_CROSSING_ENUM) BENCH_CROSSING_COUNT };
#undef BENCH_CROSSING_ENUM

/* The VMM writes the order, the guest the samples; neither reads what it has itself to write. */
struct bench_page {
	uint32_t crossing;	 /* order: enum bench_crossing */
	uint32_t count;		 /* order: samples to take */
	uint64_t iterations;	 /* order: crossings in a sample, or rounds of all processes; the timer's ignore it */
	uint32_t timer_count;	 /* order: of the 8254, from setting it to its interrupt */
	uint32_t timer_attempts; /* order: to set it with nobody in between; at least 1 */
	uint32_t reserved;
	uint32_t processes; /* order: to switch between */
	uint32_t bytes;	    /* order: of a working set */
	uint32_t syscall;   /* found out at start: BENCH_ARRIVES_* */
	uint32_t int80;
	uint32_t ring0_emulated;	     /* found out by what an instruction takes at ring 0 */
	uint64_t samples[BENCH_SAMPLES_MAX]; /* TSC ticks of a whole sample; of TIMER_* the TSC at its end */
	uint64_t set[BENCH_SAMPLES_MAX];     /* of TIMER_*: the TSC when the timer was set */
};
#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The processes that SWITCH_SHARED and SWITCH_OWN switch between: registers, a working set of small pages, and page
 * tables. All working sets are in one address space, or each is in its own address space at the same address. The
 * tables are made only once, because every later change traps on a host that shadows them. They are made in ring 3,
 * which runs natively even if ring 0 is emulated. Called by crossings.c.
 */
#include "bench_guest.h"
#include "kernel/devices/instructions.h"

#define PAGE 4096UL
#define ENTRIES 512UL
#define TABLE_SPAN (ENTRIES * PAGE) /* bytes that one page table maps */

/* Present, writable, user, and already accessed and dirty, so that a switch does not have to set these bits. */
#define ENTRY_FLAGS 0x67UL

/* The second entry of the highest table maps the working sets (the window), the first everything else. */
#define WINDOW (1UL << 39)
enum { SLOT_REST = 0, SLOT_WINDOW = 1 };

/*
 * Physical memory from 16 MiB on: the processes, the tables of the shared address space, the tables of the processes'
 * own address spaces; the pool of working sets follows.
 */
#define PROCESSES 0x1000000UL
#define SHARED_TABLES (PROCESSES + BENCH_PROCESSES_MAX * PROCESS_SIZE)
#define SHARED_COUNT (2 + BENCH_POOL_SIZE / TABLE_SPAN) /* number of tables */
#define OWN_TABLES (SHARED_TABLES + SHARED_COUNT * PAGE)
#define OWN_COUNT 4UL

_Static_assert(OWN_TABLES + BENCH_PROCESSES_MAX * OWN_COUNT * PAGE <= BENCH_POOL, "the tables end before the pool");

/* Puts a function into ring 3's part of memory, where it cannot call ring 0's functions. */
#define RING3_CODE __attribute__((section(".user"), noinline)) static
#define RING3_INLINE __attribute__((always_inline)) static inline

struct process {
	uint64_t cr3;
	uint64_t next; /* end of the next process's structure, which is the top of its kernel stack */
	struct working_set set;
	uint64_t unused[8];
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t rip, cs, flags, rsp, ss;
};

_Static_assert(sizeof(struct process) == PROCESS_SIZE, "bench_entry.S uses these offsets");
_Static_assert(__builtin_offsetof(struct process, next) == PROCESS_NEXT, "bench_entry.S uses these offsets");
_Static_assert(__builtin_offsetof(struct process, r15) == PROCESS_REGISTERS, "bench_entry.S uses these offsets");

extern uint64_t pml4[];

static struct process *const processes = (struct process *)PROCESSES;
static uint32_t own_count; /* number of processes that have tables of their own */

RING3_INLINE uint64_t set_offset(uint64_t index)
{
	const uint64_t large = index < BENCH_PROCESSES_LARGE ? index : BENCH_PROCESSES_LARGE;

	return large * BENCH_SET_LARGE + (index - large) * BENCH_SET_SMALL;
}

RING3_INLINE uint64_t *table_at(uint64_t address)
{
	return (uint64_t *)address;
}

/* Makes the two upper tables of a window at `tables` and `count` page tables after them, to map `pages` from `from`. */
RING3_CODE void make_window(uint64_t tables, uint64_t count, uint64_t from, uint64_t pages)
{
	table_at(tables)[0] = (tables + PAGE) | ENTRY_FLAGS;
	for (uint64_t i = 0; i < count; i++)
		table_at(tables + PAGE)[i] = (tables + (2 + i) * PAGE) | ENTRY_FLAGS;
	for (uint64_t i = 0; i < pages; i++)
		table_at(tables + 2 * PAGE)[i] = (from + i * PAGE) | ENTRY_FLAGS;
}

RING3_CODE uint64_t make_shared_tables(uint64_t ignored, uint64_t ignored_too)
{
	(void)ignored, (void)ignored_too;
	make_window(SHARED_TABLES, SHARED_COUNT - 2, BENCH_POOL, BENCH_POOL_SIZE / PAGE);
	__asm__ volatile("int3" : : : "memory");
	__builtin_unreachable();
}

/* Makes the tables of process `index`. `rest` is the entry of the highest table for everything but the window. */
RING3_CODE uint64_t make_own_tables(uint64_t index, uint64_t rest)
{
	const uint64_t top = OWN_TABLES + index * OWN_COUNT * PAGE, from = set_offset(index);

	table_at(top)[SLOT_REST] = rest;
	table_at(top)[SLOT_WINDOW] = (top + PAGE) | ENTRY_FLAGS;
	make_window(top + PAGE, 1, BENCH_POOL + from, (set_offset(index + 1) - from) / PAGE);
	processes[index].cr3 = top;
	__asm__ volatile("int3" : : : "memory");
	__builtin_unreachable();
}

RING3_CODE uint64_t make_processes(uint64_t count, uint64_t order)
{
	const bool is_own = order & 1;

	for (uint64_t i = 0; i < count; i++) {
		struct process *process = &processes[i];

		process->next = (uint64_t)&processes[i + 1 < count ? i + 1 : 0] + PROCESS_SIZE;
		process->set.address = WINDOW + (is_own ? 0 : set_offset(i));
		process->set.bytes = order >> 1;
		process->rsi = process->set.address;
		process->rbp = process->set.address + process->set.bytes; /* end of the working set */
		process->r12 = UINT64_MAX;				  /* iterations: the loop never ends */
		process->rip = (uint64_t)ring3_switch_loop;
		process->cs = USER_CS;
		process->ss = USER_SS;
		process->flags = FLAGS_FIXED;
		process->rsp = USER_STACK_TOP;
	}
	__asm__ volatile("int3" : : : "memory");
	__builtin_unreachable();
}

uint64_t processes_begin(uint32_t count, uint32_t bytes, bool is_own)
{
	if (pml4[SLOT_WINDOW] == 0)
		enter_ring3(make_shared_tables, 0, 0, FLAGS_FIXED);
	pml4[SLOT_WINDOW] = SHARED_TABLES | ENTRY_FLAGS;
	for (; is_own && own_count < count; own_count++)
		enter_ring3(make_own_tables, own_count, pml4[SLOT_REST], FLAGS_FIXED);
	enter_ring3(make_processes, count, (uint64_t)bytes << 1 | is_own, FLAGS_FIXED);
	return (uint64_t)&processes[0].set;
}

void processes_enter(bool is_own)
{
	tss.rsp0 = (uint64_t)&processes[1];
	if (is_own)
		write_cr3(processes[0].cr3);
}

void processes_leave(void)
{
	tss.rsp0 = (uint64_t)kernel_stack_top;
	write_cr3((uint64_t)pml4);
}

/* SPDX-License-Identifier: MIT */
/*
 * The main program of the benchmark's guest: takes orders from the bench device, measures crossings, stores the samples
 * in the shared page. Between the two clock readings of a sample only the measured exits happen.
 */
#include "bench_guest.h"
#include "kernel/devices/instructions.h"

/* A NOP that takes longer than this is emulated: a native NOP takes about a tick, an emulated one thousands. */
enum { EMULATED_TICKS = 100 };

void bench_main(void);

extern uint64_t tss_descriptor[2];

struct bench_page page __attribute__((aligned(4096)));
struct tss tss;

static uint64_t idt[2 * (VECTOR_INT80 + 1)] __attribute__((aligned(16)));

_Static_assert(__builtin_offsetof(struct tss, rsp0) == TSS_RSP0, "bench_entry.S uses these offsets");

/* Makes an interrupt gate with DPL 3, which ring 3 may use (SDM vol. 3A, 6.14.1). */
void set_gate(unsigned vector, void (*handler)(void))
{
	const uint64_t present_dpl3 = 0xee0000000000, address = (uint64_t)handler;

	idt[2 * vector] = (address & 0xffff) | KERNEL_CS << 16 | present_dpl3 | (address & 0xffff0000) << 32;
	idt[2 * vector + 1] = address >> 32;
}

static void tables_init(void)
{
	const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = {sizeof(idt) - 1, (uint64_t)idt};
	const uint64_t base = (uint64_t)&tss, present_tss = 0x890000000000;

	tss.rsp0 = (uint64_t)kernel_stack_top;
	tss.io_map = sizeof(tss);
	tss_descriptor[0] = present_tss | (sizeof(tss) - 1) | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	tss_descriptor[1] = base >> 32;
	__asm__ volatile("lidt %0" : : "m"(idtr));
	__asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
	wrmsr(MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)KERNEL_CS << 32);
	wrmsr(MSR_SFMASK, FLAGS_IF);
	set_gate(VECTOR_BP, on_leave);
	set_gate(VECTOR_TIMER, on_timer);
}

static uint32_t probe(void (*instruction)(void))
{
	probe_by_itself = probe_by_fault = 0;
	enter_ring3((measured *)instruction, 0, 0, FLAGS_FIXED);
	if (probe_by_itself > 0)
		return BENCH_ARRIVES_ITSELF;
	return probe_by_fault > 0 ? BENCH_ARRIVES_AS_FAULT : BENCH_NEVER_ARRIVES;
}

/* The first runs may be slow for another reason: an emulator translates the code, a hypervisor maps its page. */
static uint64_t least_of_hundred(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < 8; i++) {
		const uint64_t ticks = ring0_hundred(0, 0);

		least = ticks < least ? ticks : least;
	}
	return least;
}

/* Finds out whether the host emulates ring 0, and how SYSCALL and INT 0x80 arrive. */
static void probe_host(void)
{
	page.ring0_emulated = ring0_emulated = least_of_hundred() > (uint64_t)EMULATED_TICKS * CALIBRATION_INSTRUCTIONS;
	wrmsr(MSR_LSTAR, (uint64_t)on_probe);
	set_gate(VECTOR_INT80, on_probe);
	set_gate(VECTOR_UD, probe_fault_ud);
	set_gate(VECTOR_PF, probe_fault_pf);
	page.syscall = probe(probe_syscall);
	page.int80 = probe(probe_int80);
	set_gate(VECTOR_UD, on_leave);
}

static void execute_order(void)
{
	const enum bench_crossing which = page.crossing;
	const uint64_t iterations = page.iterations;
	const uint32_t count = page.count;

	crossing_begin(which);
	for (uint32_t i = 0; i < count; i++)
		page.samples[i] = crossing_sample(which, iterations, &page.set[i]);
	crossing_end(which);
}

void bench_main(void)
{
	tables_init();
	timer_init();
	probe_host();
	if (in32(BENCH_PORT + BENCH_REG_ID) != BENCH_ID)
		measure_all_alone();
	out32(BENCH_PORT + BENCH_REG_PAGE, (uint32_t)((uint64_t)&page >> 12));
	for (;;) {
		out32(BENCH_PORT + BENCH_REG_NEXT, 0);
		execute_order();
	}
}

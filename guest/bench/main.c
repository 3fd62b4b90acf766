/* SPDX-License-Identifier: MIT */
/*
 * The benchmark's guest: takes orders from the bench device, measures crossings, leaves the samples in the
 * shared page. No exit but those measured happens between the two clock readings of a sample.
 */
#include "bench.h"

#include <stdbool.h>

#include "ringside/bench.h"
#include "ringside/device.h"

#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_SFMASK 0xc0000084

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0, PIT_CHANNEL0 = 0x40, PIT_CONTROL = 0x43, PIT_ONE_SHOT = 0x30 };
enum { TIMER_COUNT = 119 }; /* of the 8254's 1193182 Hz: 100 us */
enum { DEBUG_CONSOLE = 0xe9, DEBUG_EXIT = 0xf4 };
enum { ALONE_TICKS = 500000, ALONE_ITERATIONS = 1 << 20, ALONE_SAMPLES = 8 };

/* An instruction that takes longer than this is emulated: native ones take one tick, emulated thousands. */
enum { EMULATED_TICKS = 100 };

void bench_main(void);

extern uint64_t tss_descriptor[2];
extern char kernel_stack_top[];

static struct bench_page page __attribute__((aligned(4096)));

static struct {
	uint32_t reserved;
	uint64_t rsp0;
	uint64_t others[11];
	uint16_t reserved1, io_map;
} __attribute__((packed)) tss;

static uint64_t idt[2 * (VECTOR_INT80 + 1)] __attribute__((aligned(16)));

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/* An interrupt gate that ring 3 may use (SDM vol. 3A, 6.14.1). */
static void set_gate(unsigned vector, void (*handler)(void))
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

/* The 8259A pair with automatic EOI, the timer's input alone open. */
static void interrupts_init(void)
{
	static const uint8_t words[][2] = {
		{0x11, 0x11}, {VECTOR_TIMER, VECTOR_TIMER + 8}, {4, 2}, {3, 3}, {0xfe, 0xff}};

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++) {
		out8((uint16_t)(PIC_MASTER + (i > 0)), words[i][0]);
		out8((uint16_t)(PIC_SLAVE + (i > 0)), words[i][1]);
	}
}

static uint32_t probe(void (*instruction)(void))
{
	probe_by_itself = probe_by_fault = 0;
	enter_ring3((measured *)instruction, 0, 0, FLAGS_FIXED);
	if (probe_by_itself > 0)
		return BENCH_ARRIVES_ITSELF;
	return probe_by_fault > 0 ? BENCH_ARRIVES_AS_FAULT : BENCH_NEVER_ARRIVES;
}

/* The first times a host may be busy with the code itself: an emulator translates it, a hypervisor maps it. */
static uint64_t least_of_hundred(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < 8; i++) {
		const uint64_t ticks = ring0_hundred(0, 0);

		least = ticks < least ? ticks : least;
	}
	return least;
}

/* Is ring 0 emulated here, and which trap instructions arrive? */
static void find_out(void)
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

/* ---- the crossings ---- */

struct crossing {
	measured *code;
	bool is_ring3;
	uint8_t vector; /* whose handler it needs, besides VECTOR_BP's; 0xff = none */
	void (*handler)(void);
	void (*target)(void); /* of SYSCALL */
	uint64_t operand;
};

#define NO_VECTOR 0xff
#define SINK (BENCH_PORT + BENCH_REG_SINK)
#define RING0(code, operand)                                                                                           \
	{                                                                                                              \
		code, false, NO_VECTOR, NULL, NULL, operand                                                            \
	}
#define RING3(code, vector, handler, operand)                                                                          \
	{                                                                                                              \
		code, true, vector, handler, NULL, operand                                                             \
	}
#define NULL ((void *)0)

static const struct crossing crossings[BENCH_CROSSING_COUNT] = {
	[BENCH_CLOCK0] = RING0(ring0_clock, 0),
	[BENCH_CLOCK3] = RING3(ring3_clock, NO_VECTOR, NULL, 0),
	[BENCH_EMPTY0] = RING0(ring0_empty, 0),
	[BENCH_EMPTY3] = RING3(ring3_empty, NO_VECTOR, NULL, 0),
	[BENCH_REGISTER] = RING0(ring0_register, 0),
	[BENCH_CALL] = RING3(ring3_call, NO_VECTOR, NULL, 0),
	[BENCH_SYSRET] = {ring3_syscall, true, VECTOR_PF, on_syscall_fault, syscall_sysret, 0},
	[BENCH_SYSCALL_IRET] = {ring3_syscall, true, VECTOR_PF, on_syscall_fault, syscall_iret, 0},
	[BENCH_INT80] = RING3(ring3_int80, VECTOR_INT80, on_return, 0),
	[BENCH_INT3] = RING3(ring3_int3, VECTOR_BP, on_return, 0),
	[BENCH_UD] = RING3(ring3_ud, VECTOR_UD, on_skip2, 0),
	[BENCH_GP] = RING3(ring3_gp, VECTOR_GP, on_skip1_error, 0),
	[BENCH_DE] = RING3(ring3_de, VECTOR_DE, on_skip2, 0),
	[BENCH_PF] = RING3(ring3_pf, VECTOR_PF, on_skip2_error, UNMAPPED),
	[BENCH_CPUID] = RING0(ring0_cpuid, 0),
	[BENCH_RDMSR] = RING0(ring0_rdmsr, 0),
	[BENCH_OUT8] = RING0(ring0_out8, SINK),
	[BENCH_OUT16] = RING0(ring0_out16, SINK),
	[BENCH_OUT32] = RING0(ring0_out32, SINK),
	[BENCH_IN8] = RING0(ring0_in8, SINK),
	[BENCH_IN16] = RING0(ring0_in16, SINK),
	[BENCH_IN32] = RING0(ring0_in32, SINK),
	[BENCH_OUTS] = RING0(ring0_outs, SINK),
	[BENCH_INS] = RING0(ring0_ins, SINK),
	[BENCH_MMIO_READ] = RING0(ring0_mmio_read, BENCH_MMIO),
	[BENCH_MMIO_WRITE] = RING0(ring0_mmio_write, BENCH_MMIO),
	[BENCH_DEBUGCON] = RING0(ring0_out8, DEBUG_CONSOLE),
	[BENCH_DELAY] = RING0(ring0_out32, BENCH_PORT + BENCH_REG_DELAY),
	[BENCH_TIMER_HALTED] = RING0(NULL, 0),
	[BENCH_TIMER_RING3] = RING3(ring3_spin, NO_VECTOR, NULL, 0),
};

static void prepare(const struct crossing *crossing)
{
	set_gate(VECTOR_BP, on_leave);
	set_gate(VECTOR_UD, on_leave);
	if (crossing->vector != NO_VECTOR)
		set_gate(crossing->vector, crossing->handler);
	/* Where INT 0x80 does not arrive by itself it is an invalid opcode of two bytes. */
	if (crossing->code == ring3_int80 && page.int80 == BENCH_ARRIVES_AS_FAULT)
		set_gate(VECTOR_UD, on_skip2);
	if (crossing->target != NULL)
		wrmsr(MSR_LSTAR, (uint64_t)crossing->target);
}

/* One interrupt from now, by the 8254. */
static void start_timer(void)
{
	out8(PIT_CONTROL, PIT_ONE_SHOT);
	out8(PIT_CHANNEL0, TIMER_COUNT);
	out8(PIT_CHANNEL0, 0);
}

static uint64_t sample(const struct crossing *crossing, uint64_t iterations)
{
	if (crossing->code == NULL) {
		start_timer();
		return wait_halted();
	}
	if (crossing->code == ring3_spin) {
		start_timer();
		return enter_ring3(ring3_spin, 0, 0, FLAGS_FIXED | FLAGS_IF);
	}
	if (crossing->is_ring3)
		return enter_ring3(crossing->code, iterations, crossing->operand, FLAGS_FIXED);
	return crossing->code(iterations, crossing->operand);
}

/* ---- without the bench device: under another VMM ---- */

#define CROSSING_NAME(name) #name,
static const char *const names[] = {BENCH_CROSSINGS(CROSSING_NAME)};
#undef CROSSING_NAME

static void print_text(const char *text)
{
	while (*text != '\0')
		out8(DEBUG_CONSOLE, (uint8_t)*text++);
}

static void print_number(uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	print_text(" ");
	print_text(at);
}

/*
 * What nobody but our VMM gives: a delay, the deadline of a timer. The console is used to tell the others, and
 * a string can take long. SYSCALL and INT 0x80 may be missing in what CPUID offers there.
 */
static bool is_possible(unsigned crossing)
{
	if (crossing == BENCH_SYSRET || crossing == BENCH_SYSCALL_IRET)
		return page.syscall != BENCH_NEVER_ARRIVES;
	if (crossing == BENCH_INT80)
		return page.int80 != BENCH_NEVER_ARRIVES;
	return crossing != BENCH_OUTS && crossing != BENCH_INS && crossing != BENCH_DELAY &&
	       crossing != BENCH_TIMER_HALTED && crossing != BENCH_TIMER_RING3 && crossing != BENCH_DEBUGCON;
}

static void measure_alone(unsigned which)
{
	const struct crossing *crossing = &crossings[which];
	uint64_t iterations = 1;

	prepare(crossing);
	while (which > BENCH_CLOCK3 && sample(crossing, iterations) < ALONE_TICKS && iterations < ALONE_ITERATIONS)
		iterations *= 2;
	for (uint32_t i = 0; i < ALONE_SAMPLES; i++)
		page.samples[i] = sample(crossing, iterations);
	print_text(names[which]);
	print_number(iterations);
	for (uint32_t i = 0; i < ALONE_SAMPLES; i++)
		print_number(page.samples[i]);
	print_text("\n");
}

static void measure_all_alone(void)
{
	for (unsigned i = 0; i < BENCH_CROSSING_COUNT; i++)
		if (is_possible(i))
			measure_alone(i);
	out32(DEBUG_EXIT, 0);
}

static void obey(void)
{
	const struct crossing *crossing = &crossings[page.crossing];
	const uint64_t iterations = page.iterations;
	const uint32_t count = page.count;

	prepare(crossing);
	for (uint32_t i = 0; i < count; i++)
		page.samples[i] = sample(crossing, iterations);
}

void bench_main(void)
{
	tables_init();
	interrupts_init();
	find_out();
	if (in32(BENCH_PORT + BENCH_REG_ID) != BENCH_ID)
		measure_all_alone();
	out32(BENCH_PORT + BENCH_REG_PAGE, (uint32_t)((uint64_t)&page >> 12));
	for (;;) {
		out32(BENCH_PORT + BENCH_REG_NEXT, 0);
		obey();
	}
}

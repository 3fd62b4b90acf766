/* SPDX-License-Identifier: MIT */
/* The table of crossings: the loop of each, its handler, and what else it needs. Called by bench_main.c and alone.c. */
#include "bench_guest.h"
#include "kernel/devices/instructions.h"

enum { DEBUG_CONSOLE = 0xe9 };

struct crossing {
	measured *code;
	bool is_ring3;
	uint8_t vector; /* the vector that `handler` handles; NO_VECTOR: none */
	void (*handler)(void);
	void (*target)(void); /* handler of SYSCALL */
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
	[BENCH_WRMSR] = RING0(ring0_wrmsr, 0),
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
	[BENCH_HALT] = RING0(ring0_halt, 0),
	[BENCH_EVENT_RING] = RING0(ring0_event_ring, 0),
	[BENCH_EVENT_EXIT] = RING0(ring0_event_exit, 0),
	[BENCH_DELAY] = RING0(ring0_out32, BENCH_PORT + BENCH_REG_DELAY),
	[BENCH_TIMER_HALTED] = RING0(NULL, 0),
	[BENCH_TIMER_WAKE] = {NULL, false, VECTOR_TIMER, on_return, NULL, 0},
	[BENCH_TIMER_RING3] = RING3(ring3_spin, NO_VECTOR, NULL, 0),
	[BENCH_TICK] = RING3(ring3_tick, VECTOR_TIMER, on_tick, 0),
	[BENCH_TOUCH] = RING3(ring3_touch, NO_VECTOR, NULL, 0),
	[BENCH_SWITCH_SHARED] = RING3(ring3_switch, VECTOR_INT80, on_yield_shared, 0),
	[BENCH_SWITCH_OWN] = RING3(ring3_switch, VECTOR_INT80, on_yield_own, 0),
};

/* The operand of the current crossing; with processes: the address of the first one's struct working_set. */
static uint64_t operand;

static bool has_processes(enum bench_crossing which)
{
	return which == BENCH_TOUCH || which == BENCH_SWITCH_SHARED || which == BENCH_SWITCH_OWN;
}

static bool has_events(enum bench_crossing which)
{
	return which == BENCH_EVENT_RING || which == BENCH_EVENT_EXIT;
}

/* If INT 0x80 does not arrive by itself, it raises #UD and the handler has to skip its two bytes. */
static void answer_invalid_opcode(enum bench_crossing which)
{
	if (page.int80 != BENCH_ARRIVES_AS_FAULT)
		return;
	if (which == BENCH_INT80)
		set_gate(VECTOR_UD, on_skip2);
	else if (which == BENCH_SWITCH_SHARED)
		set_gate(VECTOR_UD, on_yield_shared_fault);
	else if (which == BENCH_SWITCH_OWN)
		set_gate(VECTOR_UD, on_yield_own_fault);
}

void crossing_begin(enum bench_crossing which)
{
	const struct crossing *crossing = &crossings[which];

	set_gate(VECTOR_BP, on_leave);
	set_gate(VECTOR_UD, on_leave);
	set_gate(VECTOR_TIMER, on_timer);
	operand = crossing->operand;
	if (has_processes(which))
		operand = processes_begin(page.processes, page.bytes, which == BENCH_SWITCH_OWN);
	if (has_events(which))
		events_begin();
	if (crossing->vector != NO_VECTOR)
		set_gate(crossing->vector, crossing->handler);
	answer_invalid_opcode(which);
	if (crossing->target != NULL)
		wrmsr(MSR_LSTAR, (uint64_t)crossing->target);
}

void crossing_end(enum bench_crossing which)
{
	if (has_events(which))
		events_end();
}

static uint64_t sample_process(const struct crossing *crossing, uint64_t iterations, bool is_own)
{
	processes_enter(is_own);
	const uint64_t ticks = enter_ring3(crossing->code, iterations, operand, FLAGS_FIXED);
	processes_leave();
	return ticks;
}

static uint64_t wait_for_timer(enum bench_crossing which)
{
	if (which == BENCH_TIMER_HALTED)
		return wait_halted();
	if (which == BENCH_TIMER_WAKE)
		return wait_woken();
	return enter_ring3(crossings[which].code, 0, 0, FLAGS_FIXED | FLAGS_IF);
}

/* Repeats the sample if the tick came too soon, or if the time at which the timer was set is not certain. */
static uint64_t sample_timer(enum bench_crossing which, uint64_t *set)
{
	for (uint32_t attempts = 1;; attempts++) {
		const bool is_sure = timer_start(page.timer_count, set) || attempts >= page.timer_attempts;
		const uint64_t tsc = wait_for_timer(which);

		if (is_sure && tsc != 0)
			return tsc;
	}
}

uint64_t crossing_sample(enum bench_crossing which, uint64_t iterations, uint64_t *set)
{
	const struct crossing *crossing = &crossings[which];

	if (which >= BENCH_TIMER_HALTED && which <= BENCH_TICK)
		return sample_timer(which, set);
	if (has_processes(which))
		return sample_process(crossing, iterations, which == BENCH_SWITCH_OWN);
	if (crossing->is_ring3)
		return enter_ring3(crossing->code, iterations, operand, FLAGS_FIXED);
	return crossing->code(iterations, operand);
}

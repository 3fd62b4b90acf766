/* SPDX-License-Identifier: MIT */
/* The scheduler's mechanism: the context switch, timeouts, ticks. Which process is next is the policy's decision. */
#include "kernel/schedule/schedule.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/interrupt_controller.h"
#include "kernel/devices/serial_console.h"
#include "kernel/devices/time.h"
#include "kernel/lessons/protocol_step.h"
#include "kernel/lib/compiler.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/trap/trap_path.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/account.h"
#include "kernel/watch/counters.h"
#include "kernel/watch/turn_watch.h"
#include "ringside/option_table.h"

#define DECLARE(name, word) extern const struct policy policy_##name;
RINGSIDE_POLICIES(DECLARE, DECLARE)
#define ROW(name, word) &policy_##name,
static const struct policy *const policies[] = {RINGSIDE_POLICIES(ROW, ROW)};
const struct policy *policy = &policy_round_robin;

static struct heap timeouts;
static struct process *idle_process;

void schedule_choose(uint64_t index)
{
	policy = policies[index];
}

/* ---- the context switch ---- */

static void load_address_space(const struct process *to)
{
	/* The idle process has no address space and runs in that of the last process. */
	if (to->space.cr3 != 0)
		step_switch_space(to->space.cr3);
}

/* While a process runs, its saved selectors are 0: or those that it clears meanwhile would come back. */
NEVER_INLINE static void switch_selectors(struct process *from, struct process *to)
{
	from->selectors = selectors_save();
	selectors_load(to->selectors);
	to->selectors = 0;
}

/* Most processes load no selector, and the kernel none. With both bases 0 the base is 0: loading FS leaves 0 there. */
static void switch_segments(struct process *from, struct process *to)
{
	if (__builtin_expect((to->selectors | any_selector()) != 0, 0))
		switch_selectors(from, to);
	if ((to->fs_base | from->fs_base) != 0)
		wrmsr(MSR_FS_BASE, to->fs_base);
}

/*
 * Gives the CPU to another process: switches the FPU state, the address space, the segments, the kernel stack, and last
 * the kernel's registers (context_switch), after which the other process runs. The registers that a process has in ring
 * 3 are in the trap frame on its kernel stack.
 */
static void switch_to(struct process *to)
{
	struct process *from = current;

	account_cpu(from);
	to->slice_start = from->slice_start;
	to->slices++;
	switches++;
	if (__builtin_expect(traps_watched, 0))
		watch_switch(from, to);
	if (from->fpu != NULL)
		step_save_fpu(from->fpu);
	if (to->fpu != NULL)
		fpu_load(to->fpu);
	load_address_space(to);
	switch_segments(from, to);
	step_switch_kernel_stack(to->kstack);
	current = to;
	context_switch(&from->context, &to->context);
}

static struct process *choose_next(void)
{
	struct process *next = policy->next();

	return next != NULL ? next : idle_process;
}

void schedule(void)
{
	struct process *next = choose_next();

	if (next != current)
		switch_to(next);
}

/* ---- blocking ---- */

enum interruption process_block(enum awaited waits_for)
{
	const struct signals *signals = &current->signals;

	/* A signal may have come earlier in the same system call. */
	if ((waits_for == BORROWER ? signals_fatal(signals) : signals_due(signals)) != 0) {
		process_leave_waiting(current);
		return INTERRUPTED;
	}
	current->state = BLOCKED;
	current->waits_for = waits_for;
	current->interruption = INTERRUPTED_NOT;
	current->voluntary++;
	schedule();
	return current->interruption;
}

void process_leave_waiting(struct process *process)
{
	list_remove(&process->queue);
	timeout_cancel(&process->sleep);
}

void process_wake(struct process *process)
{
	if (process->state == STOPPED) {
		process->signals.wait_is_over = true;
		process_leave_waiting(process);
	}
	if (process->state != NEW && process->state != BLOCKED)
		return;
	if (__builtin_expect(tracing, 0))
		event_wake(process);
	process->state = RUNNABLE;
	process->waits_for = NOTHING;
	account_ready(process);
	process_leave_waiting(process);
	policy->ready(process);
}

/* ---- timeouts ---- */

void timeout_set(struct timeout *timeout, uint64_t when)
{
	timeout_cancel(timeout);
	heap_insert(&timeouts, &timeout->place, when);
}

void timeout_cancel(struct timeout *timeout)
{
	heap_remove(&timeouts, &timeout->place);
}

static void wake_sleeper(struct timeout *timeout)
{
	process_wake(heap_entry(timeout, struct process, sleep));
}

enum interruption process_sleep(uint64_t until)
{
	current->sleep.expired = wake_sleeper;
	timeout_set(&current->sleep, until);
	return process_block(TIME);
}

static void input_is_due(struct timeout *timeout)
{
	(void)timeout;
	console_interrupt();
}

bool schedule_input(void)
{
	/* Set while console input waits for the next tick. */
	static struct timeout input = {.expired = input_is_due};

	if (options.hz != 0 && !timeout_is_set(&input))
		timeout_set(&input, time_now() + NANOSECONDS / 2 / options.hz);
	return options.hz != 0;
}

/* Does what is to be done by now. Returns whether there was anything. */
static bool timeouts_expire(void)
{
	bool any = false;

	while (timeouts.first != NULL && timeouts.first->key <= time_now()) {
		struct timeout *timeout = heap_entry(timeouts.first, struct timeout, place);
		timeout_cancel(timeout);
		timeout->expired(timeout);
		any = true;
	}
	return any;
}

void schedule_yield(void)
{
	struct process *self = current;

	if (timeouts.first != NULL)
		timeouts_expire();
	policy->ready(self);
	self->waits_for = TURN;
	schedule();
	self->waits_for = NOTHING;
	self->voluntary++;
}

void timer_interrupt(void)
{
	struct process *self = current;

	ticks++;
	if (timeouts.first != NULL)
		timeouts_expire();
	if (self == idle_process || (policy->tick != NULL && !policy->tick(self)))
		return;
	policy->ready(self);
	struct process *next = choose_next();
	if (next == self) /* no other process wants the CPU */
		return;
	switch_to(next);
	/* This process has the CPU again. */
	self->involuntary++;
	preemptions++;
}

/* Handles an interrupt that waits because interrupts are off in the kernel. */
static void handle_waiting_interrupt(void)
{
	switch (pic_poll()) {
	case -1:
		break;
	case TIMER_IRQ:
		timer_interrupt();
		break;
	case SERIAL_IRQ:
		console_interrupt();
		break;
	default:
		stray_interrupts++;
	}
}

static bool pause(void)
{
	enum { HZ_WITHOUT_TICKS = 100 };
	static uint64_t next;
	uint64_t now = rdtsc();

	if (now >= next) {
		next = now + tsc_khz * 1000 / (options.hz != 0 ? options.hz : HZ_WITHOUT_TICKS) / 2;
		handle_waiting_interrupt();
	}
	return signals_due(&current->signals) != 0;
}

/* Has the timer interrupt when the first timeout is due. Only without regular ticks. */
static void set_alarm(void)
{
	uint64_t now = time_now(), due = timeouts.first->key;

	timer_one_shot(due > now ? due - now : 0);
}

void idle(void)
{
	idle_process = current;
	schedule_pause = pause;
	for (;;) {
		schedule();
		/* No process is ready, or schedule() would not have returned to the idle process. */
		if (timeouts_expire())
			continue;
		if (options.hz == 0 && timeouts.first != NULL)
			set_alarm();
		wait_for_interrupt();
	}
}

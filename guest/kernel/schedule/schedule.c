/* SPDX-License-Identifier: MIT */
/* The scheduler's mechanism: who waits for what, and the switch itself. Who is next is a policy's word. */
#include "kernel/watch/account.h"
#include "kernel/devices/cpu.h"
#include "kernel/watch/event.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

uint64_t switches, preemptions;

extern const struct policy policy_round_robin, policy_cooperative, policy_feedback, policy_lottery;
extern uint64_t boot_pml4[512];

static const struct policy *const policies[] = {&policy_round_robin, &policy_cooperative, &policy_feedback,
						&policy_lottery};
const struct policy *policy = &policy_round_robin;

static struct heap sleepers;
static struct process *idle_process;

bool schedule_choose(const char *name)
{
	for (unsigned i = 0; i < sizeof(policies) / sizeof(*policies); i++)
		if (strcmp(policies[i]->name, name) == 0) {
			policy = policies[i];
			return true;
		}
	return false;
}

/* ---- the context switch ---- */

uint64_t cpu_ticks_now(const struct process *process)
{
	return process->cpu_ticks + (process == current ? rdtsc() - process->slice_start : 0);
}

void account(struct process *process)
{
	if (process != current)
		return;
	uint64_t now = rdtsc();
	process->cpu_ticks += now - process->slice_start;
	report_slice(process->pid, process->slice_start, now);
	process->slice_start = now;
}

void leave_space(void)
{
	write_cr3((uint64_t)boot_pml4 - KERNEL_BASE);
}

static void load_address_space(const struct process *from, const struct process *to)
{
	/* The idle process has none and works in any. */
	if (to->space.cr3 != 0)
		write_cr3(to->space.cr3);
	/* With both 0 nothing a process may do to the selector can have changed the base. */
	if (to->fs_base != 0 || from->fs_base != 0)
		wrmsr(MSR_FS_BASE, to->fs_base);
}

void account_switch_now(struct process *from, struct process *to)
{
	account_until_now(from, &from->ring0_ticks);
	account_until_now(to, &to->waiting_ticks);
}

static void event_switch(const struct process *from, const struct process *to)
{
	const struct trap_frame *frame = process_frame(to);

	event_put(RINGSIDE_EVENT_SAVE, from->pid, from->kstack, to->pid);
	event_put(RINGSIDE_EVENT_RESTORE, to->pid, to->kstack, to->space.cr3);
	if (to->slices != 1 || to->fpu == NULL)
		return;
	/* Its first run: no trap has brought it here from which it would return. */
	if (from_user(frame))
		event(RETURN, to->pid, frame->rip, frame->rsp);
	else
		event(CALL_MAIN, to->pid, frame->rip, frame->rsp);
}

static void switch_to(struct process *to)
{
	struct process *from = current;

	account(from);
	to->slice_start = from->slice_start;
	account_switch(from, to);
	to->slices++;
	switches++;
	if (__builtin_expect(tracing, 0))
		event_switch(from, to);
	if (from->fpu != NULL)
		fpu_save(from->fpu);
	if (to->fpu != NULL)
		fpu_load(to->fpu);
	load_address_space(from, to);
	cpu_set_kernel_stack(to->kstack);
	current = to;
	context_switch(from, to);
}

void schedule(void)
{
	struct process *next = policy->next();

	if (next == NULL)
		next = idle_process;
	if (next != current)
		switch_to(next);
}

/* ---- blocking ---- */

enum interruption process_block(enum state state)
{
	current->state = state;
	current->interruption = INTERRUPTED_NOT;
	current->voluntary++;
	schedule();
	return current->interruption;
}

void process_leave_waiting(struct process *process)
{
	list_remove(&process->queue);
	heap_remove(&sleepers, &process->sleep);
}

void process_wake(struct process *process)
{
	if (process->state == RUNNABLE || process->state == ZOMBIE)
		return;
	process->state = RUNNABLE;
	account_ready(process);
	process_leave_waiting(process);
	policy->ready(process);
}

enum interruption process_sleep(uint64_t until)
{
	heap_insert(&sleepers, &current->sleep, until);
	return process_block(SLEEPING);
}

/* Wakes those whose time has come; whether there were any. */
static bool wake_sleepers(void)
{
	bool woken = false;

	while (sleepers.first != NULL && sleepers.first->key <= time_now()) {
		process_wake(heap_entry(sleepers.first, struct process, sleep));
		woken = true;
	}
	return woken;
}

void schedule_yield(void)
{
	struct process *self = current;

	if (sleepers.first != NULL)
		wake_sleepers();
	policy->ready(self);
	schedule();
	self->voluntary++;
}

void schedule_pause(void)
{
	enum { PAUSE_MS = 10 };
	static uint64_t next;
	uint64_t now = rdtsc();

	if (now < next)
		return;
	next = now + tsc_khz * PAUSE_MS;
	pic_poll();
}

void schedule_tick(void)
{
	struct process *self = current;

	if (sleepers.first != NULL)
		wake_sleepers();
	if (self == idle_process || (policy->tick != NULL && !policy->tick(self)))
		return;
	policy->ready(self);
	uint64_t before = switches;
	schedule();
	/* Back again; it was a switch unless nobody else wanted the CPU. */
	if (switches != before) {
		self->involuntary++;
		preemptions++;
	}
}

void idle(void)
{
	idle_process = current;
	for (;;) {
		schedule();
		/* Nobody could run, or schedule() would not have come back here. */
		if (wake_sleepers())
			continue;
		if (options.hz == 0 && sleepers.first != NULL)
			timer_one_shot(sleepers.first->key);
		wait_for_interrupt();
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * Walks a trace and gives out its time: every tick goes to the process that has the CPU, to the ring or the VMM that it
 * is spent in, and to the trap that the process is in. A trap ends when its process is back in ring 3; what other
 * processes run meanwhile is their time.
 */
#include "tools/trace/stat/profile.h"

#include <stdlib.h>

#include "base/array.h"
#include "text/place.h"

enum { PENDING_MAX = 1 << 16 };

static void free_rows(struct profile_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].guest);
		free(rows[i].vmm);
	}
}

void profile_free(struct profile *profile)
{
	if (profile == NULL)
		return;
	free_rows(profile->exits, COUNT(profile->exits));
	free_rows(profile->syscalls, COUNT(profile->syscalls));
	free_rows(profile->exceptions, COUNT(profile->exceptions));
	free_rows(profile->interrupts, COUNT(profile->interrupts));
	free(profile->pending);
	free(profile);
}

static void add_sample(struct profile *profile, struct histogram **histogram, uint64_t ticks)
{
	if (__builtin_expect(*histogram == NULL, 0))
		*histogram = calloc(1, sizeof(**histogram));
	if (*histogram != NULL)
		histogram_add(*histogram, ticks);
	else
		profile->incomplete = true;
}

static struct profile_process *find_process(struct profile *profile, uint32_t pid)
{
	struct profile_process *process = PID_FIND(profile->processes, pid);

	if (process != NULL)
		return process;
	process = PID_ADD(profile->processes, pid);
	if (process == NULL)
		return &profile->others;
	process->image = IMAGE_UNKNOWN;
	return process;
}

struct profile *profile_new(const struct symbols *symbols)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL)
		return NULL;
	profile->symbols = symbols;
	profile->others.image = IMAGE_UNKNOWN;
	profile->current = find_process(profile, 0); /* the kernel boots */
	return profile;
}

static void runs(struct profile *profile, uint32_t pid)
{
	if (profile->current->slot.pid != pid || !profile->current->slot.used)
		profile->current = find_process(profile, pid);
}

/* ---- time ---- */

static uint64_t pass_until(struct profile *profile, uint64_t tsc)
{
	uint64_t ticks = tsc > profile->now && profile->now != 0 ? tsc - profile->now : 0;

	if (tsc > profile->now)
		profile->now = tsc;
	return ticks;
}

static void spend_in_guest(struct profile *profile, uint64_t tsc)
{
	struct profile_process *process = profile->current;
	uint64_t ticks = pass_until(profile, tsc);

	if (profile->cpl == CPL_USER) {
		process->user += ticks;
		return;
	}
	process->kernel += ticks;
	process->trap_guest += ticks;
}

static void spend_in_vmm(struct profile *profile, uint64_t tsc)
{
	struct profile_process *process = profile->current;
	uint64_t ticks = pass_until(profile, tsc);

	process->vmm += ticks;
	process->trap_vmm += ticks;
}

/* ---- events ---- */

static void begin_trap(struct profile_process *process, struct profile_row *rows, uint64_t number, unsigned limit)
{
	process->trap = &rows[number < limit ? number : limit];
	process->trap->count++;
	process->trap_guest = process->trap_vmm = 0;
}

static void end_trap(struct profile *profile, struct profile_process *process)
{
	if (process->trap == NULL)
		return;
	add_sample(profile, &process->trap->guest, process->trap_guest);
	add_sample(profile, &process->trap->vmm, process->trap_vmm);
	process->trap = NULL;
}

static void learn_program(struct profile *profile, const struct event_record *event)
{
	if (profile->symbols != NULL)
		find_process(profile, event->pid)->image = symbols_program(profile->symbols, event->b);
}

static void learn_fork(struct profile *profile, const struct event_record *event)
{
	int image = find_process(profile, event->pid)->image;

	find_process(profile, (uint32_t)event->a)->image = image;
}

/* What an event does besides changing the ring. `cpl`: the ring before the event. */
static void act(struct profile *profile, const struct event_record *event, unsigned cpl)
{
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
		runs(profile, event->pid);
		begin_trap(profile->current, profile->syscalls, event->a, PROFILE_SYSCALLS);
		break;
	case RINGSIDE_EVENT_EXCEPTION:
		runs(profile, event->pid);
		if (cpl == CPL_USER)
			begin_trap(profile->current, profile->exceptions, event->a, PROFILE_VECTORS);
		break;
	case RINGSIDE_EVENT_INTERRUPT:
		runs(profile, event->pid);
		if (cpl == CPL_USER)
			begin_trap(profile->current, profile->interrupts, event->a, PROFILE_VECTORS);
		break;
	case RINGSIDE_EVENT_RESTORE:
		runs(profile, event->pid);
		profile->current->switches++;
		break;
	case RINGSIDE_EVENT_RETURN:
		runs(profile, event->pid);
		if (profile->cpl == CPL_USER)
			end_trap(profile, profile->current);
		break;
	case RINGSIDE_EVENT_PROC_EXIT:
		find_process(profile, event->pid)->trap = NULL;
		break;
	case RINGSIDE_EVENT_PROC_LOAD:
		learn_program(profile, event);
		break;
	case RINGSIDE_EVENT_FORK:
		learn_fork(profile, event);
		break;
	}
}

static void take_event(struct profile *profile, const struct event_record *event)
{
	unsigned cpl = profile->cpl;

	spend_in_guest(profile, event->tsc);
	profile->cpl = record_cpl(&(const union record){.event = *event});
	act(profile, event, cpl);
}

/* ---- records ---- */

/* The guest was entered: the handling of the last exit is over, and the events since then get their time. */
static void enter(struct profile *profile, uint64_t tsc)
{
	uint64_t exit = profile->now;

	spend_in_vmm(profile, tsc);
	if (exit != 0)
		add_sample(profile, &profile->exits[profile->kind].vmm, tsc > exit ? tsc - exit : 0);
	profile->in_vmm = false;
	for (size_t i = 0; i < profile->pending_count; i++)
		take_event(profile, &profile->pending[i]);
	profile->pending_count = 0;
}

static void record_event(struct profile *profile, const struct event_record *event)
{
	profile->events[event->kind - RECORD_EVENT]++;
	if (profile->in_vmm && array_reserve(&profile->pending, &profile->pending_capacity, profile->pending_count + 1,
					     PENDING_MAX, sizeof(*profile->pending))) {
		profile->pending[profile->pending_count++] = *event;
		return;
	}
	/*
	 * There are more than a guest's ring holds without an exit, so the guest must have been entered: at once, it
	 * is assumed.
	 */
	if (profile->in_vmm)
		enter(profile, profile->now);
	take_event(profile, event);
}

/* An interrupt waits from an exit at which the VMM has to ask for a window until one that needs none any more. */
static void follow_interrupt(struct profile *profile, const struct exit_record *exit)
{
	uint64_t since = profile->waits_since;

	if (since != 0 && (exit->flags & (RECORD_INJECTED | RECORD_WINDOW)) == RECORD_WINDOW)
		return;
	if (since != 0 && exit->tsc > since && exit->tsc - since > profile->longest_wait) {
		profile->longest_wait = exit->tsc - since;
		profile->longest_wait_end = exit->tsc;
	}
	profile->waits_since = exit->flags & RECORD_WINDOW ? exit->tsc : 0;
}

static void record_exit(struct profile *profile, const union record *record)
{
	const struct exit_record *exit = &record->exit;
	struct profile_row *row = &profile->exits[exit->kind];

	if (profile->in_vmm || profile->now == 0)
		enter(profile, exit->entry);
	/* An exit knows best what ran; only the doorbell is rung before the ring that its event tells of is entered. */
	if (!record_is_doorbell(record))
		profile->cpl = exit_cpl(exit);
	spend_in_guest(profile, exit->tsc);
	follow_interrupt(profile, exit);
	row->count++;
	add_sample(profile, &row->guest, exit->tsc > exit->entry && exit->entry != 0 ? exit->tsc - exit->entry : 0);
	profile->in_vmm = true;
	profile->kind = exit->kind;
}

void profile_record(struct profile *profile, const union record *record)
{
	if (!record_is_event(record) && record->exit.kind < RINGSIDE_EXIT_LIMIT)
		record_exit(profile, record);
	else if (record_is_event(record) && record->event.kind - RECORD_EVENT < RINGSIDE_EVENT_COUNT)
		record_event(profile, &record->event);
}

void profile_end(struct profile *profile)
{
	for (size_t i = 0; i < profile->pending_count; i++)
		take_event(profile, &profile->pending[i]);
	profile->pending_count = 0;
}

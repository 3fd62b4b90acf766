/* SPDX-License-Identifier: MIT */
/*
 * Adds up the slices of time that accounting makes of a trace: every tick goes to the process that has the CPU, and
 * to the trap that the process is in. A trap ends when its process is back in ring 3; what other processes run
 * meanwhile is their time.
 */
#include "tools/trace/stat/profile.h"

#include <stdlib.h>

#include "base/array.h"
#include "text/call_text.h"
#include "text/place.h"
#include "tools/trace/stat/accounting_rules.h"

static void free_rows(struct profile_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].guest);
		free(rows[i].vmm);
		free(rows[i].elapsed);
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
	accounting_free(&profile->accounting);
	free(profile);
}

__attribute__((always_inline)) static inline void add_sample(struct profile *profile, struct histogram **histogram,
							     uint64_t ticks)
{
	if (__builtin_expect(*histogram == NULL, 0))
		*histogram = calloc(1, sizeof(**histogram));
	if (*histogram != NULL)
		histogram_add(*histogram, ticks);
	else
		profile->incomplete = true;
}

static struct profile_trap *trap_of(struct profile *profile, const struct time_sum *owner)
{
	return &profile->traps[owner - profile->time.list];
}

static inline void take_slice(void *context, const struct time_slice *slice)
{
	time_sums_add(&((struct profile *)context)->time, slice);
}

/* Of all processes, up to now. */
static uint64_t guest_ticks(const struct profile *profile)
{
	const uint64_t *shares = profile->time.shares;

	return shares[SHARE_USER] + shares[SHARE_KERNEL] + shares[SHARE_UNTOLD];
}

/* ---- events ---- */

static bool is_syscall(const struct profile *profile, const struct profile_trap *trap)
{
	return trap->row >= profile->syscalls && trap->row < profile->syscalls + COUNT(profile->syscalls);
}

/* Counts the trap that a process is in, once. */
static void count_trap(struct profile *profile, const struct time_sum *process, struct profile_trap *trap)
{
	if (trap->counts)
		return;
	trap->counts = true;
	trap->row->count++;
	if (!is_syscall(profile, trap))
		return;
	const unsigned number = (unsigned)(trap->row - profile->syscalls);

	if (trap->call == NULL || trap->call->number != number)
		trap->call = call_sums_find(&profile->calls, (uint32_t)(process - profile->time.list), number);
	trap->call->calls++;
}

static void begin_trap(struct profile *profile, const struct event_record *event, struct profile_row *rows,
		       unsigned limit, bool counts)
{
	const struct time_sum *process = time_sums_process(&profile->time, event->pid);
	struct profile_trap *trap = trap_of(profile, process);

	*trap = (struct profile_trap){
		.call = trap->call,
		.guest = process->shares[SHARE_KERNEL],
		.vmm = process->shares[SHARE_VMM],
		.start = event->tsc,
	};
	if (!accounting_covers(&profile->accounting, event->tsc))
		return;
	trap->row = &rows[event->a < limit ? event->a : limit];
	if (counts)
		count_trap(profile, process, trap);
}

/* The result of the system call that a process is in. */
static void take_result(struct profile *profile, const struct event_record *event, bool counts)
{
	const struct time_sum *process = time_sums_process(&profile->time, event->pid);
	struct profile_trap *trap = trap_of(profile, process);

	if (trap->row != &profile->syscalls[event->a < PROFILE_SYSCALLS ? event->a : PROFILE_SYSCALLS] ||
	    !accounting_covers(&profile->accounting, event->tsc))
		return;
	if (counts)
		count_trap(profile, process, trap);
	if (trap->counts && call_failed(event->b)) {
		trap->row->errors++;
		trap->call->errors++;
	}
}

static void end_trap(struct profile *profile, const struct event_record *event)
{
	const struct time_sum *process = time_sums_process(&profile->time, event->pid);
	struct profile_trap *trap = trap_of(profile, process);

	if (trap->counts && accounting_covers(&profile->accounting, event->tsc)) {
		const uint64_t own = process->shares[SHARE_KERNEL] - trap->guest;
		const uint64_t vmm = process->shares[SHARE_VMM] - trap->vmm;
		const uint64_t elapsed = event->tsc > trap->start ? event->tsc - trap->start : 0;

		add_sample(profile, &trap->row->guest, own);
		add_sample(profile, &trap->row->vmm, vmm);
		add_sample(profile, &trap->row->elapsed, elapsed);
		if (is_syscall(profile, trap)) {
			trap->call->own += own;
			trap->call->vmm += vmm;
			trap->call->elapsed += elapsed;
		}
	}
	trap->row = NULL;
	trap->counts = false;
}

/* `cpl`: the ring before the event. `counts`: the event is in the range, and the filter matches it. */
static void add_event(struct profile *profile, const struct event_record *event, unsigned cpl, bool counts)
{
	profile->events[event->kind - RECORD_EVENT] += counts;
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
		begin_trap(profile, event, profile->syscalls, PROFILE_SYSCALLS, counts);
		break;
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		take_result(profile, event, counts);
		break;
	case RINGSIDE_EVENT_EXCEPTION:
		if (cpl != CPL_KERNEL)
			begin_trap(profile, event, profile->exceptions, PROFILE_VECTORS, counts);
		break;
	case RINGSIDE_EVENT_INTERRUPT:
		if (cpl != CPL_KERNEL && event->pid != 0)
			begin_trap(profile, event, profile->interrupts, PROFILE_VECTORS, counts);
		break;
	case RINGSIDE_EVENT_RETURN:
		if (record_cpl((const union record *)event) == CPL_USER)
			end_trap(profile, event);
		break;
	case RINGSIDE_EVENT_RESTORE:
	case RINGSIDE_EVENT_PROC_LOAD:
	case RINGSIDE_EVENT_FORK:
		time_sums_learn(&profile->time, event, accounting_covers(&profile->accounting, event->tsc));
		break;
	case RINGSIDE_EVENT_PROC_EXIT:
		*trap_of(profile, time_sums_process(&profile->time, event->pid)) = (struct profile_trap){0};
		break;
	}
}

/* ---- records ---- */

/* An interrupt waits from an exit at which the VMM has to ask for a window until one that needs none any more. */
static void follow_interrupt(struct profile *profile, const struct exit_record *exit)
{
	uint64_t since = profile->waits_since;

	if (since != 0 && (exit->flags & (RECORD_INJECTED | RECORD_WINDOW)) == RECORD_WINDOW)
		return;
	if (since != 0 && exit->tsc > since && exit->tsc - since > profile->longest_wait && profile->has_exit) {
		profile->longest_wait = exit->tsc - since;
		profile->longest_wait_end = exit->tsc;
	}
	profile->waits_since = exit->flags & RECORD_WINDOW ? exit->tsc : 0;
}

/* Counts the last exit, now that it is known when the guest was entered again, before `next`; NULL = it never was. */
static void count_exit(struct profile *profile, const struct exit_record *next)
{
	struct profile_row *row = &profile->exits[profile->kind];

	if (!profile->has_exit || (profile->choice.filter != NULL &&
				   !selection_takes_exit(&profile->selection, next != NULL ? next->entry : 0)))
		return;
	row->count++;
	add_sample(profile, &row->guest, profile->before);
	if (next != NULL)
		add_sample(profile, &row->vmm, profile->time.shares[SHARE_VMM] - profile->vmm);
}

static void add_exit(struct profile *profile, const union record *record)
{
	const struct exit_record *exit = &record->exit;

	count_exit(profile, exit);
	if (profile->choice.filter != NULL)
		selection_hold_exit(&profile->selection, record);
	profile->has_exit = accounting_covers(&profile->accounting, exit->tsc);
	profile->records += profile->has_exit;
	profile->kind = exit->kind;
	profile->before = guest_ticks(profile) - profile->guest;
	profile->guest = guest_ticks(profile);
	profile->vmm = profile->time.shares[SHARE_VMM];
	follow_interrupt(profile, exit);
}

static void take_record(void *context, const union record *record, unsigned cpl)
{
	struct profile *profile = context;
	bool counts = false;

	if (record_is_event(record)) {
		const bool matches =
			profile->choice.filter == NULL || selection_takes_event(&profile->selection, record);
		const bool is_inside = accounting_covers(&profile->accounting, record->event.tsc);

		counts = matches && is_inside;
		profile->records += is_inside;
		add_event(profile, &record->event, cpl, counts);
	} else {
		add_exit(profile, record);
	}
	if (latencies_want(&profile->latencies, record))
		latencies_record(&profile->latencies, &profile->header.clock, record, counts);
}

/* The accounting's sink, as its rules call it here (accounting_rules.h). */
static inline void accounting_slice(struct accounting *accounting, const struct time_slice *slice)
{
	take_slice(accounting->sink.context, slice);
}

static inline void accounting_tell(struct accounting *accounting, const union record *record, unsigned cpl)
{
	take_record(accounting->sink.context, record, cpl);
}

void profile_records(struct profile *profile, const union record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		accounting_walk(&profile->accounting, &records[i]);
}

void profile_record(struct profile *profile, const union record *record)
{
	const unsigned kind = record->exit.kind;

	if (record_is_event(record) ? kind - RECORD_EVENT < RINGSIDE_EVENT_COUNT : kind < RINGSIDE_EXIT_LIMIT)
		profile_records(profile, record, 1);
}

void profile_close(struct profile *profile, const struct file_header *header)
{
	profile->header = *header;
	accounting_close(&profile->accounting, header);
}

void profile_end(struct profile *profile)
{
	accounting_end(&profile->accounting);
	count_exit(profile, NULL);
	profile->has_exit = false;
}

void profile_choose(struct profile *profile, const struct profile_choice *choice)
{
	const struct trace_clock *clock = &profile->header.clock;

	profile->choice = *choice;
	profile->selection.filter = choice->filter;
	accounting_cut(&profile->accounting, choice->from > 0 ? trace_clock_tsc(clock, choice->from) : 0,
		       trace_clock_tsc(clock, choice->until));
}

struct profile *profile_new(const struct symbols *symbols, const struct file_header *header)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL)
		return NULL;
	if (header != NULL)
		profile->header = *header;
	profile->choice.until = UINT64_MAX;
	profile->time.symbols = symbols;
	profile->selection.symbols = symbols;
	profile->selection.clock = &profile->header.clock;
	profile->selection.cpl = CPL_UNKNOWN;
	accounting_start(&profile->accounting, &profile->header,
			 (struct accounting_sink){take_slice, take_record, profile});
	return profile;
}

uint64_t profile_chosen(const struct profile *profile)
{
	uint64_t chosen = 0;

	for (size_t i = 0; i < COUNT(profile->exits); i++)
		chosen += profile->exits[i].count;
	for (size_t i = 0; i < COUNT(profile->events); i++)
		chosen += profile->events[i];
	return chosen;
}

const struct profile_row *profile_rows(const struct profile *profile, enum profile_table table, size_t *count)
{
	switch (table) {
	case TABLE_SYSCALLS:
		*count = COUNT(profile->syscalls);
		return profile->syscalls;
	case TABLE_EXCEPTIONS:
		*count = COUNT(profile->exceptions);
		return profile->exceptions;
	case TABLE_INTERRUPTS:
		*count = COUNT(profile->interrupts);
		return profile->interrupts;
	default:
		*count = COUNT(profile->exits);
		return profile->exits;
	}
}

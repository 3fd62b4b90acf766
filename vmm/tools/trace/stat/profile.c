/* SPDX-License-Identifier: MIT */
/*
 * Adds up the slices of time that accounting.c makes of a trace: every tick goes to the process that has the CPU, and
 * to the trap that the process is in. A trap ends when its process is back in ring 3; what other processes run
 * meanwhile is their time.
 */
#include "tools/trace/stat/profile.h"

#include <stdlib.h>

#include "base/array.h"
#include "text/place.h"

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

static void add_sample(struct profile *profile, struct histogram **histogram, uint64_t ticks)
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

static void take_slice(void *context, const struct time_slice *slice)
{
	struct profile *profile = context;
	struct profile_trap *trap = trap_of(profile, time_sums_add(&profile->time, slice));
	const uint64_t ticks = slice->to - slice->from;

	if (share_is_guest(slice->share))
		profile->guest += ticks;
	if (slice->share == SHARE_KERNEL)
		trap->guest += ticks;
	if (slice->share == SHARE_VMM) {
		profile->vmm += ticks;
		trap->vmm += ticks;
	}
}

/* ---- events ---- */

static struct profile_trap *trap_of_event(struct profile *profile, const struct event_record *event)
{
	return trap_of(profile, time_sums_process(&profile->time, event->pid));
}

static void begin_trap(struct profile *profile, const struct event_record *event, struct profile_row *rows,
		       unsigned limit)
{
	struct profile_row *row = &rows[event->a < limit ? event->a : limit];

	row->count++;
	*trap_of_event(profile, event) = (struct profile_trap){.row = row, .start = event->tsc};
}

static void end_trap(struct profile *profile, const struct event_record *event)
{
	struct profile_trap *trap = trap_of_event(profile, event);

	if (trap->row == NULL)
		return;
	add_sample(profile, &trap->row->guest, trap->guest);
	add_sample(profile, &trap->row->vmm, trap->vmm);
	add_sample(profile, &trap->row->elapsed, event->tsc > trap->start ? event->tsc - trap->start : 0);
	trap->row = NULL;
}

/* `cpl`: the ring before the event. */
static void take_event(struct profile *profile, const struct event_record *event, unsigned cpl)
{
	profile->events[event->kind - RECORD_EVENT]++;
	time_sums_learn(&profile->time, event, true);
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
		begin_trap(profile, event, profile->syscalls, PROFILE_SYSCALLS);
		break;
	case RINGSIDE_EVENT_EXCEPTION:
		if (cpl != CPL_KERNEL)
			begin_trap(profile, event, profile->exceptions, PROFILE_VECTORS);
		break;
	case RINGSIDE_EVENT_INTERRUPT:
		if (cpl != CPL_KERNEL && event->pid != 0)
			begin_trap(profile, event, profile->interrupts, PROFILE_VECTORS);
		break;
	case RINGSIDE_EVENT_RETURN:
		if (record_cpl((const union record *)event) == CPL_USER)
			end_trap(profile, event);
		break;
	case RINGSIDE_EVENT_PROC_EXIT:
		trap_of_event(profile, event)->row = NULL;
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
	if (since != 0 && exit->tsc > since && exit->tsc - since > profile->longest_wait) {
		profile->longest_wait = exit->tsc - since;
		profile->longest_wait_end = exit->tsc;
	}
	profile->waits_since = exit->flags & RECORD_WINDOW ? exit->tsc : 0;
}

static void end_handling(struct profile *profile)
{
	if (profile->has_exit)
		add_sample(profile, &profile->exits[profile->kind].vmm, profile->vmm);
	profile->vmm = 0;
}

static void take_exit(struct profile *profile, const struct exit_record *exit)
{
	struct profile_row *row = &profile->exits[exit->kind];

	end_handling(profile);
	follow_interrupt(profile, exit);
	row->count++;
	add_sample(profile, &row->guest, profile->guest);
	profile->guest = 0;
	profile->has_exit = true;
	profile->kind = exit->kind;
}

static void take_record(void *context, const union record *record, unsigned cpl)
{
	if (record_is_event(record))
		take_event(context, &record->event, cpl);
	else
		take_exit(context, &record->exit);
}

void profile_record(struct profile *profile, const union record *record)
{
	const unsigned kind = record->exit.kind;

	if (record_is_event(record) ? kind - RECORD_EVENT >= RINGSIDE_EVENT_COUNT : kind >= RINGSIDE_EXIT_LIMIT)
		return;
	latencies_record(&profile->latencies, &profile->header.clock, record);
	accounting_record(&profile->accounting, record);
}

void profile_end(struct profile *profile)
{
	accounting_end(&profile->accounting);
}

struct profile *profile_new(const struct symbols *symbols, const struct file_header *header)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL)
		return NULL;
	if (header != NULL)
		profile->header = *header;
	profile->time.symbols = symbols;
	accounting_start(&profile->accounting, &profile->header,
			 (struct accounting_sink){take_slice, take_record, profile});
	return profile;
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

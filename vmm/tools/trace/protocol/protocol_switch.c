/* SPDX-License-Identifier: MIT */
/*
 * Follows the CPU from process to process: of each pair, the first switch that the timer brought about is
 * kept with its steps, or, where none is complete, the most complete one.
 */
#include <stdlib.h>
#include <string.h>

#include "ringside/traps.h"
#include "tools/trace/protocol/protocol_log.h"

enum { SWITCHES_FIRST = 16 };

const struct timer_switch *protocol_switch_between(const struct protocol_log *log, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < log->switch_count; i++)
		if (log->switches[i].from == from && log->switches[i].to == to)
			return &log->switches[i];
	return NULL;
}

static struct timer_switch *add_switch(struct protocol_log *log)
{
	if (log->switch_count == SWITCHES_MAX)
		return NULL;
	if (log->switch_count == log->switch_capacity) {
		size_t capacity = log->switch_capacity > 0 ? log->switch_capacity * 2 : SWITCHES_FIRST;
		struct timer_switch *grown = reallocarray(log->switches, capacity, sizeof(*grown));
		if (grown == NULL) {
			log->no_memory = true;
			return NULL;
		}
		log->switches = grown;
		log->switch_capacity = capacity;
	}
	struct timer_switch *added = &log->switches[log->switch_count++];
	memset(added, 0, sizeof(*added));
	return added;
}

/* The idle loop (pid 0) is no process that the CPU could be given to. */
static void finish(struct protocol_log *log)
{
	const struct timer_switch *pending = &log->pending;
	struct timer_switch *kept = (struct timer_switch *)protocol_switch_between(log, pending->from, pending->to);

	if (pending->from == 0 || pending->to == 0 || pending->from == pending->to)
		return;
	if (kept == NULL)
		kept = add_switch(log);
	if (kept == NULL)
		return;
	uint64_t count = kept->count + 1;
	if (pending->steps_count > kept->steps_count)
		*kept = *pending;
	kept->count = count;
}

static void start(struct protocol_log *log, bool ignoring)
{
	log->pending.steps_count = 0;
	log->pending.from = log->pending.to = 0;
	log->ignoring = ignoring;
}

static void add(struct protocol_log *log, const struct step *step)
{
	if (log->pending.steps_count < SWITCH_STEPS)
		log->pending.steps[log->pending.steps_count++] = *step;
}

static void follow_interrupt(struct protocol_log *log, const struct step *step)
{
	const struct life *life = protocol_life_of(log, step->event.pid);
	struct step first = *step;

	start(log, step->event.a != RINGSIDE_TRAP_TIMER);
	if (log->ignoring)
		return;
	/* live() has just put it into the life, with how long the process had run. */
	if (life != NULL && life->episode.count == 1)
		first.ran = life->episode.steps[0].ran;
	add(log, &first);
	log->pending.from = step->event.pid;
}

/* A second one in one trap: who was switched to waits again, so it is the scheduler's story, not the timer's. */
static void follow_save(struct protocol_log *log, const struct step *step)
{
	for (unsigned i = 0; i < log->pending.steps_count; i++)
		if (step_kind(&log->pending.steps[i]) == RINGSIDE_EVENT_SAVE)
			log->ignoring = true;
	if (log->ignoring)
		return;
	add(log, step);
	log->pending.from = step->event.pid;
}

static void follow_return(struct protocol_log *log, const struct step *step)
{
	add(log, step);
	log->pending.to = step->event.pid;
	if (!log->ignoring)
		finish(log);
	start(log, false);
}

void protocol_follow_switch(struct protocol_log *log, const struct step *step)
{
	unsigned kind = step_kind(step);

	if (kind == RINGSIDE_EVENT_INTERRUPT)
		follow_interrupt(log, step);
	else if (is_trap(kind) || kind == RINGSIDE_EVENT_PROC_EXIT)
		start(log, true);
	else if (kind == RINGSIDE_EVENT_SAVE)
		follow_save(log, step);
	else if (kind == RINGSIDE_EVENT_RESTORE && !log->ignoring)
		add(log, step);
	else if (is_entry(kind))
		follow_return(log, step);
}

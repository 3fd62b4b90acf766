/* SPDX-License-Identifier: MIT */
/* Makes moments of records: see export_timeline.h. */
#include "tools/trace/export/export_timeline.h"

#include <stdlib.h>

#include "text/place.h"

/* The longest that a run can last, a century: readers add the time of day to it in signed 64 bits. */
#define LIMIT_NS (UINT64_C(1) << 62)

struct timeline *timeline_new(const struct trace_clock *clock, const struct symbols *symbols,
			      void (*emit)(void *context, const struct moment *moment), void *context)
{
	struct timeline *timeline = malloc(sizeof(*timeline));

	if (timeline == NULL)
		return NULL;
	/* The array at the end is not touched, so that it takes no memory until it is used. */
	memset(timeline, 0, offsetof(struct timeline, held));
	timeline->clock = clock;
	timeline->symbols = symbols;
	timeline->limit = clock->tsc_end != 0 ? trace_clock_ns(clock, clock->tsc_end) : LIMIT_NS;
	if (timeline->limit > LIMIT_NS)
		timeline->limit = LIMIT_NS;
	timeline->emit = emit;
	timeline->context = context;
	timeline->cpl = CPL_KERNEL; /* in which a vCPU starts */
	timeline->image = IMAGE_UNKNOWN;
	return timeline;
}

void timeline_free(struct timeline *timeline)
{
	free(timeline);
}

/*
 * Moves on to the time of a time stamp, which may be damaged: nothing is shown before what it follows, nor after the
 * run.
 */
static uint64_t advance(struct timeline *timeline, uint64_t tsc)
{
	uint64_t ns = trace_clock_ns(timeline->clock, tsc);

	if (ns < timeline->now || ns > timeline->limit)
		timeline->disordered++;
	else
		timeline->now = ns;
	return timeline->now;
}

static void runs(struct timeline *timeline, uint32_t pid, const struct process *process)
{
	timeline->pid = pid;
	timeline->image = process_image(process);
}

/* CR3 says who runs. If no process is known to have it the kernel runs, or, at CPL 3, the process that ran before. */
static void runs_by_frame(struct timeline *timeline, const struct exit_record *exit)
{
	const struct process *process = processes_by_frame(&timeline->processes, exit->frame);

	if (process != NULL)
		runs(timeline, process->pid, process);
	else if (exit_cpl(exit) == CPL_KERNEL)
		runs(timeline, 0, NULL);
}

static void emit(struct timeline *timeline, struct moment moment)
{
	moment.ns = timeline->now;
	moment.pid = timeline->pid;
	moment.image = timeline->image;
	timeline->emit(timeline->context, &moment);
}

/*
 * Learns from an event about calls. The arguments of a call follow it in records of their own; those before `limit` are
 * at hand already, and are shown with the call.
 */
static void learn_call(struct timeline *timeline, const union record *record, const union record *limit)
{
	calls_learn(&timeline->calls, &record->event);
	if (!event_begins_call(record->event.kind - RECORD_EVENT))
		return;
	while (++record < limit && record->event.kind == RECORD_EVENT + RINGSIDE_EVENT_ARGUMENTS)
		calls_learn(&timeline->calls, &record->event);
}

/* `limit`: the end of the events that follow in memory. */
static void emit_event(struct timeline *timeline, const union record *record, const union record *limit)
{
	const struct event_record *event = &record->event;

	advance(timeline, event->tsc);
	processes_learn(&timeline->processes, event, timeline->symbols);
	learn_call(timeline, record, limit);
	const struct process *about = processes_by_pid(&timeline->processes, event->pid), *next = NULL;
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_SWITCH)
		next = processes_by_pid(&timeline->processes, (uint32_t)event->a);
	if (event_is_of_runner(event))
		runs(timeline, event->pid, about);
	if (!record_is_of_vmm(record))
		timeline->cpl = record_cpl(record);
	emit(timeline, (struct moment){.kind = MOMENT_EVENT,
				       .record = record,
				       .cpl = timeline->cpl,
				       .call = calls_find(&timeline->calls, event->pid),
				       .about_image = process_image(about),
				       .next_image = process_image(next)});
}

/* Emits the exit held back. `until`: TSC of the next entry, 0 = not known. */
static void emit_exit(struct timeline *timeline, uint64_t until)
{
	const struct exit_record *exit = &timeline->exit.exit;
	struct moment moment = {.kind = MOMENT_EXIT, .record = &timeline->exit, .handled = until != 0};
	uint64_t ns = advance(timeline, exit->tsc), done = trace_clock_ns(timeline->clock, until);

	runs_by_frame(timeline, exit);
	moment.cpl = exit_cpl(exit);
	if (!record_is_doorbell(&timeline->exit))
		timeline->cpl = moment.cpl;
	moment.sequence = ++timeline->exits;
	moment.guest_ns = ns - timeline->entered;
	const uint64_t took = done > ns && done <= timeline->limit ? done - ns : 0;
	const uint64_t slept = trace_clock_ticks_ns(timeline->clock, exit_slept(exit));
	moment.idle_ns = slept < took ? slept : took;
	moment.vmm_ns = took - moment.idle_ns;
	emit(timeline, moment);
	timeline->exit_held = false;
}

/* Whether the guest told of something in the held records. */
static bool holds_guest_events(const struct timeline *timeline)
{
	for (unsigned i = 0; i < timeline->held_count; i++)
		if (!record_is_of_vmm(&timeline->held[i]))
			return true;
	return false;
}

/* `next`: the exit after this entry, NULL = not known. */
static void emit_entry(struct timeline *timeline, uint64_t tsc, const union record *next)
{
	advance(timeline, tsc);
	timeline->entered = timeline->now;
	timeline->running = true;
	/* Unless an event tells of a transition before the next exit, that exit knows best what ran. */
	if (next != NULL && !holds_guest_events(timeline) && !record_is_doorbell(next)) {
		timeline->cpl = exit_cpl(&next->exit);
		runs_by_frame(timeline, &next->exit);
	}
	emit(timeline,
	     (struct moment){
		     .kind = MOMENT_ENTRY, .record = next, .sequence = timeline->exits + 1, .cpl = timeline->cpl});
}

/* Emits everything held back, now that the guest is known to have been entered at `entry`. */
static void release(struct timeline *timeline, uint64_t entry, const union record *next)
{
	unsigned first = 0;

	if (timeline->exit_held)
		emit_exit(timeline, entry);
	/* When the VMM was away while it handled the exit. */
	for (; first < timeline->held_count && record_is_of_vmm(&timeline->held[first]) &&
	       timeline->held[first].event.tsc <= entry;
	     first++)
		emit_event(timeline, &timeline->held[first], timeline->held + first + 1);
	emit_entry(timeline, entry, next);
	for (unsigned i = first; i < timeline->held_count; i++)
		emit_event(timeline, &timeline->held[i], timeline->held + timeline->held_count);
	timeline->held_count = 0;
}

static void take_event(struct timeline *timeline, const union record *record)
{
	if (!timeline->running && timeline->held_count < TIMELINE_HELD_MAX) {
		timeline->held[timeline->held_count++] = *record;
		return;
	}
	if (!timeline->running)
		release(timeline, timeline->held[0].event.tsc, NULL);
	emit_event(timeline, record, record + 1);
}

void timeline_record(struct timeline *timeline, const union record *record)
{
	if (record_is_event(record)) {
		take_event(timeline, record);
		return;
	}
	if (!timeline->running)
		release(timeline, record->exit.entry, record);
	timeline->running = false;
	timeline->exit = *record;
	timeline->exit_held = true;
}

uint64_t timeline_end(struct timeline *timeline)
{
	if (holds_guest_events(timeline))
		release(timeline, timeline->held[0].event.tsc, NULL);
	else if (timeline->exit_held)
		emit_exit(timeline, 0);
	for (unsigned i = 0; i < timeline->held_count; i++)
		emit_event(timeline, &timeline->held[i], timeline->held + i + 1);
	timeline->held_count = 0;
	return timeline->clock->tsc_end != 0 ? timeline->limit : timeline->now;
}

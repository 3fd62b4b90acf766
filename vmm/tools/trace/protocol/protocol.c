/* SPDX-License-Identifier: MIT */
/* Takes a trace, record by record: what happened at boot, which protocol it was, whose step each event is. */
#include "tools/trace/protocol/protocol.h"

#include <stdlib.h>

#include "ringside/traps.h"
#include "tools/trace/protocol/protocol_log.h"

struct protocol_log *protocol_new(const struct trace_clock *clock, const struct symbols *symbols)
{
	struct protocol_log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	log->clock = clock;
	log->symbols = symbols;
	return log;
}

void protocol_free(struct protocol_log *log)
{
	if (log == NULL)
		return;
	protocol_free_lives(log);
	free(log->switches);
	free(log);
}

static bool is_boot(unsigned kind)
{
	return kind == RINGSIDE_EVENT_TRAP_TABLE || kind == RINGSIDE_EVENT_SYSCALL_HANDLER ||
	       kind == RINGSIDE_EVENT_TIMER_START;
}

/* A later step of the same kind says how things are now. */
static void boot(struct protocol_log *log, const struct step *step)
{
	for (unsigned i = 0; i < log->boot_count; i++)
		if (step_kind(&log->boot[i]) == step_kind(step))
			return;
	log->boot[log->boot_count++] = *step;
}

static void notice_protocol(struct protocol_log *log, const struct step *step)
{
	unsigned kind = step_kind(step);
	bool ticked = kind == RINGSIDE_EVENT_INTERRUPT && step->event.a == RINGSIDE_TRAP_TIMER;

	log->events = true;
	log->limited |= kind == RINGSIDE_EVENT_RETURN || kind == RINGSIDE_EVENT_SYSCALL;
	log->timer |= kind == RINGSIDE_EVENT_TIMER_START || ticked;
}

static void take_event(struct protocol_log *log, const struct event_record *event)
{
	struct step step = {.event = *event, .first = log->ordinal, .last = log->ordinal};
	unsigned kind = step_kind(&step);

	processes_learn(&log->processes, event, log->symbols);
	calls_learn(&log->calls, event);
	if (kind >= RINGSIDE_EVENT_COUNT || kind == RINGSIDE_EVENT_ARGUMENTS)
		return;
	const struct process *process = processes_by_pid(&log->processes, event->pid);
	step.image = process != NULL ? process->image : -1;
	notice_protocol(log, &step);
	if (is_boot(kind)) {
		boot(log, &step);
		return;
	}
	protocol_live(log, &step);
	protocol_follow_switch(log, &step);
}

void protocol_record(struct protocol_log *log, const union record *record)
{
	if (record_is_event(record))
		take_event(log, &record->event);
	log->ordinal++;
}

int protocol_end(struct protocol_log *log)
{
	protocol_end_lives(log);
	return log->no_memory ? -1 : 0;
}

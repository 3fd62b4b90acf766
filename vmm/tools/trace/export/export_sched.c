/* SPDX-License-Identifier: MIT */
/* Makes events of Linux's scheduler of moments: see export_sched.h. */
#include "tools/trace/export/export_sched.h"

#include "tools/trace/export/export_fields.h"

/* What Linux would call the state of a process that lost the CPU for that reason. */
static int64_t state_of(uint64_t why)
{
	static const int64_t states[] = {[RINGSIDE_SWITCH_SLICE] = SCHED_PREEMPTED,
					 [RINGSIDE_SWITCH_EXIT] = 0x20,
					 [RINGSIDE_SWITCH_STOP] = 0x04,
					 [RINGSIDE_SWITCH_TIME] = 0x01,
					 [RINGSIDE_SWITCH_CHILD] = 0x01,
					 [RINGSIDE_SWITCH_SIGNAL] = 0x01,
					 [RINGSIDE_SWITCH_FILE] = 0x01,
					 [RINGSIDE_SWITCH_MEMORY] = 0x02};

	return why < COUNT(states) ? states[why] : 0;
}

const char *sched_state_letter(int64_t state)
{
#define ROW(bit, letter)                                                                                               \
	if ((state & (bit)) != 0)                                                                                      \
		return letter;
	SCHED_STATES(ROW)
#undef ROW
	return (state & SCHED_PREEMPTED) != 0 ? "R+" : "R";
}

static bool is_event(const struct moment *moment, unsigned event)
{
	return moment->kind == MOMENT_EVENT && moment->record->event.kind == RECORD_EVENT + event;
}

/* Puts the program and the pid of a process into its two fields. */
static int32_t put_task(const struct export *export, uint64_t pid, int image, char comm[static SCHED_COMM_SIZE])
{
	const struct moment who = {.pid = (uint32_t)pid & INT32_MAX, .image = image};

	strncpy(comm, export_program(export, &who), SCHED_COMM_SIZE - 1);
	return (int32_t)who.pid;
}

bool sched_switch(const struct export *export, const struct moment *moment, struct sched_switch *event)
{
	if (!is_event(moment, RINGSIDE_EVENT_SWITCH))
		return false;
	const struct event_record *record = &moment->record->event;
	*event = (struct sched_switch){
		.prev_prio = SCHED_PRIORITY, .prev_state = state_of(record->b), .next_prio = SCHED_PRIORITY};
	event->prev_pid = put_task(export, record->pid, moment->about_image, event->prev_comm);
	event->next_pid = put_task(export, record->a, moment->next_image, event->next_comm);
	return true;
}

bool sched_wake(const struct export *export, const struct moment *moment, struct sched_wake *event)
{
	if (!is_event(moment, RINGSIDE_EVENT_WAKE))
		return false;
	*event = (struct sched_wake){.prio = SCHED_PRIORITY};
	event->pid = put_task(export, moment->record->event.pid, moment->about_image, event->comm);
	return true;
}

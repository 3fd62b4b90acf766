/* SPDX-License-Identifier: MIT */
/* Checks a trace against itself: see check.h. Every rule holds on every host; a comment says what it has to allow. */
#include "tools/trace/check/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/pid_table.h"
#include "text/address_spaces.h"
#include "text/names.h"
#include "text/place.h"

enum { STATES_MAX = 4096, MESSAGE_SIZE = 160 };

enum where { NOWHERE, IN_USER, IN_TRAP, ENDED };

/* Of more than STATES_MAX processes some displace others. */
struct state {
	struct pid_slot slot;
	enum where where;
	unsigned trap;	 /* the event that began the trap the process is in */
	uint64_t number; /* of that trap's system call or vector */
	bool has_result;
};

struct check {
	void (*broken)(void *context, uint64_t record, const char *what);
	void *context;
	struct check_counts counts;
	uint64_t record;	  /* the number of this record, from 0 */
	uint64_t last_tsc;	  /* of the previous record */
	uint64_t exit_tsc;	  /* of the last exit */
	struct exit_record exit;  /* that exit */
	uint64_t back_tsc;	  /* when the VMM's thread ran again for the last time */
	uint64_t first_event_tsc; /* of the first event after that exit; 0 = none yet */
	unsigned cpl;		  /* the CPL that the last transition led to; CPL_UNKNOWN before the first */
	bool running;		  /* `pid` is known */
	uint32_t pid, previous;	  /* the process that has the CPU, and the one that had it before */
	uint64_t cr3,
		last_cr3;   /* what CR3 is by the last event that tells of it, and by the one before; 0 = not told */
	bool tells_all_cr3; /* the guest has the event SPACE: no other change of CR3 is without an event */
	struct processes processes;
	struct state states[STATES_MAX];
};

struct check *check_new(void (*broken)(void *context, uint64_t record, const char *what), void *context)
{
	struct check *check = calloc(1, sizeof(*check));

	if (check == NULL)
		return NULL;
	check->broken = broken;
	check->context = context;
	check->cpl = CPL_UNKNOWN;
	return check;
}

void check_free(struct check *check)
{
	free(check);
}

struct check_counts check_counts(const struct check *check)
{
	return check->counts;
}

static void __attribute__((format(printf, 2, 3))) complain(struct check *check, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	check->counts.broken++;
	check->broken(check->context, check->record, message);
}

static struct state *state_of(struct check *check, uint32_t pid)
{
	return PID_ADD_DISPLACING(check->states, pid);
}

/* ---- time ---- */

/* Ticks by which two clocks may differ: times of absences are the kernel's, those of exits are read by the VMM. */
enum { CLOCKS_DIFFER = 100000 };

/* The thread was away: not before it came back the last time, and on one side of an exit. */
static void check_absence(struct check *check, const struct event_record *event)
{
	const uint64_t start = event->tsc > event->a ? event->tsc - event->a : 0;

	check->counts.absences++;
	if (event->a > event->tsc || start + CLOCKS_DIFFER < check->back_tsc)
		complain(check, "the VMM did not run for longer than there was time");
	if (start + CLOCKS_DIFFER < check->exit_tsc)
		complain(check, "the VMM did not run while it took an exit");
	check->back_tsc = event->tsc;
}

/* What the VMM slept is a part of what it took for the exit before. */
static void check_sleep(struct check *check, uint64_t entry)
{
	const uint64_t slept = exit_slept(&check->exit), end = check->exit.address + slept;

	if (slept != 0 && (check->exit.address < check->exit.tsc || end < slept || end > entry))
		complain(check, "the VMM slept before or after the exit that it slept for");
}

static void check_time(struct check *check, const union record *record)
{
	const struct exit_record *exit = &record->exit;

	if (exit->tsc < check->last_tsc)
		complain(check, "time runs backwards, by %" PRIu64 " ticks", check->last_tsc - exit->tsc);
	check->last_tsc = exit->tsc;
	if (record_is_of_vmm(record)) {
		if (record_is_absence(record))
			check_absence(check, &record->event);
		return;
	}
	if (record_is_event(record)) {
		if (check->first_event_tsc == 0)
			check->first_event_tsc = exit->tsc;
		return;
	}
	if (exit->entry > exit->tsc)
		complain(check, "the guest left before it was entered");
	if (exit->entry < check->exit_tsc)
		complain(check, "the guest was entered before it had left");
	if (check->first_event_tsc != 0 && check->first_event_tsc < exit->entry)
		complain(check, "the guest told of an event before it was entered");
	check_sleep(check, exit->entry);
	check->exit = *exit;
	check->exit_tsc = exit->tsc;
	check->first_event_tsc = 0;
}

/* ---- exits against transitions ---- */

/*
 * An exit at CPL 3 must lie between a return and the next trap. An exit at CPL 0 where a process should run happens on
 * the way in or out, since the event of a trap is written after the CPU has changed the CPL, and that of a return
 * before. There only interrupts and the doorbell make an exit. Single steps (--count-ring0) make exits anywhere and are
 * not checked.
 */
static void check_cpl(struct check *check, const union record *record)
{
	const struct exit_record *exit = &record->exit;
	unsigned cpl = exit_cpl(exit);
	bool on_the_way = record_is_doorbell(record) || exit->kind == RINGSIDE_EXIT_INTR ||
			  exit->kind == RINGSIDE_EXIT_IRQ_WINDOW_OPEN;

	if (check->cpl == CPL_UNKNOWN || exit->kind == RINGSIDE_EXIT_DEBUG)
		return;
	check->counts.cpl++;
	if (cpl == CPL_USER && check->cpl != CPL_USER)
		complain(check, "an exit at CPL 3 while the kernel runs");
	else if (cpl == CPL_KERNEL && check->cpl == CPL_USER && !on_the_way)
		complain(check, "an exit at CPL 0 while process %" PRIu32 " runs in ring 3", check->pid);
	else if (cpl != CPL_USER && cpl != CPL_KERNEL)
		complain(check, "an exit at CPL %u", cpl);
}

/* An exit between the event that tells of a change of CR3 and that change, for the doorbell say, has the old value. */
static void check_told_cr3(struct check *check, const struct exit_record *exit)
{
	if (!check->tells_all_cr3 || check->last_cr3 == 0)
		return;
	if (exit->frame != check->cr3 >> CR3_FRAME_SHIFT && exit->frame != check->last_cr3 >> CR3_FRAME_SHIFT)
		complain(check,
			 "CR3 is 0x%" PRIx32 "000, and no event has told so: it is 0x%" PRIx64 " by the last one",
			 exit->frame, check->cr3);
}

/* At CPL 0 CR3 may still be that of the previous process; the idle process runs in the address space of any other. */
static void check_cr3(struct check *check, const struct exit_record *exit)
{
	const struct process *owner = processes_by_frame(&check->processes, exit->frame);
	bool user = exit_cpl(exit) == CPL_USER;

	if (!check->running || check->cpl == CPL_UNKNOWN || (check->pid == 0 && !user))
		return;
	if (owner == NULL && user)
		complain(check, "ring 3 in address space 0x%" PRIx32 "000, which no process has", exit->frame);
	if (owner == NULL)
		return;
	check->counts.cr3++;
	if (owner->pid != check->pid && (user || owner->pid != check->previous))
		complain(check, "process %" PRIu32 " runs in the address space of process %" PRIu32, check->pid,
			 owner->pid);
}

/* ---- events ---- */

static bool is_runner(struct check *check, const struct event_record *event)
{
	if (check->running && check->pid != event->pid) {
		complain(check, "%s of process %" PRIu32 " while process %" PRIu32 " runs",
			 event_name(event->kind - RECORD_EVENT), event->pid, check->pid);
		return false;
	}
	return true;
}

static void check_trap(struct check *check, const struct event_record *event)
{
	unsigned kind = event->kind - RECORD_EVENT;
	struct state *state = state_of(check, event->pid);

	/* Interrupts of the idle kernel, and of a process that runs in ring 0, change no ring. */
	if (!is_runner(check, event) || event->pid == 0 || (check->cpl == CPL_KERNEL && state->where != IN_TRAP))
		return;
	check->counts.traps++;
	if (state->where == IN_TRAP)
		complain(check, "%s of process %" PRIu32 " in the middle of another", event_name(kind), event->pid);
	if (state->where == ENDED)
		complain(check, "%s of process %" PRIu32 ", which has ended", event_name(kind), event->pid);
	*state = (struct state){.slot = state->slot, .where = IN_TRAP, .trap = kind, .number = event->a};
}

static void check_result(struct check *check, const struct event_record *event)
{
	struct state *state = state_of(check, event->pid);

	if (!is_runner(check, event) || state->where == NOWHERE || state->where == IN_USER)
		return;
	if (state->where == IN_TRAP && (state->trap != RINGSIDE_EVENT_SYSCALL || state->number != event->a))
		complain(check, "the result of call %" PRIu64 ", which process %" PRIu32 " is not in", event->a,
			 event->pid);
	if (state->has_result)
		complain(check, "a second result of call %" PRIu64, event->a);
	state->has_result = true;
}

static void check_return(struct check *check, const struct event_record *event, unsigned cpl)
{
	struct state *state = state_of(check, event->pid);

	if (!is_runner(check, event) || cpl != CPL_USER)
		return;
	check->counts.returns++;
	if (state->where == ENDED)
		complain(check, "process %" PRIu32 " returns to ring 3 after its end", event->pid);
	if (state->where == IN_TRAP && state->trap == RINGSIDE_EVENT_SYSCALL && !state->has_result)
		complain(check, "process %" PRIu32 " returns from call %" PRIu64 " without a result", event->pid,
			 state->number);
	if (state->where == IN_USER)
		complain(check, "process %" PRIu32 " returns to ring 3 without a trap", event->pid);
	state->where = IN_USER;
}

static void check_switch(struct check *check, const struct event_record *event)
{
	const struct state *state = state_of(check, check->pid);

	if (check->running && check->pid != 0 && state->where == IN_USER)
		complain(check, "process %" PRIu32 " loses the CPU in ring 3, without a trap", check->pid);
	if (check->pid != 0) /* the idle process has no address space: CR3 stays that of the process before it */
		check->previous = check->pid;
	check->pid = event->pid;
	check->running = true;
}

static void learn_cr3(struct check *check, uint64_t cr3)
{
	if (cr3 == 0) /* the process has no address space of its own */
		return;
	check->last_cr3 = check->cr3;
	check->cr3 = cr3;
}

static void check_save(struct check *check, const struct event_record *event)
{
	if (check->running && check->pid != event->pid)
		complain(check, "process %" PRIu32 " is saved while process %" PRIu32 " runs", event->pid, check->pid);
}

static void check_end(struct check *check, const struct event_record *event)
{
	struct state *state = state_of(check, event->pid);

	if (state->where == ENDED)
		complain(check, "process %" PRIu32 " ends a second time", event->pid);
	state->where = ENDED;
}

static void check_event(struct check *check, const union record *record)
{
	const struct event_record *event = &record->event;
	unsigned cpl = record_cpl(record);
	struct state *state;

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_PROC_CREATE:
		state = state_of(check, event->pid);
		*state = (struct state){.slot = state->slot};
		break;
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_EXCEPTION:
	case RINGSIDE_EVENT_INTERRUPT:
		check_trap(check, event);
		break;
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		check_result(check, event);
		break;
	case RINGSIDE_EVENT_RETURN:
		check_return(check, event, cpl);
		break;
	case RINGSIDE_EVENT_SAVE:
		check_save(check, event);
		break;
	case RINGSIDE_EVENT_RESTORE:
		check_switch(check, event);
		learn_cr3(check, event->b);
		break;
	case RINGSIDE_EVENT_SPACE:
		check->tells_all_cr3 = true;
		learn_cr3(check, event->a);
		break;
	case RINGSIDE_EVENT_PROC_EXIT:
		check_end(check, event);
		break;
	}
	processes_learn(&check->processes, event, NULL);
	check->cpl = cpl;
}

void check_record(struct check *check, const union record *record)
{
	check_time(check, record);
	if (record_is_event(record)) {
		check->counts.events++;
		if (!record_is_of_vmm(record))
			check_event(check, record);
	} else {
		check->counts.exits++;
		check_cpl(check, record);
		check_cr3(check, &record->exit);
		check_told_cr3(check, &record->exit);
	}
	check->record++;
}

/* SPDX-License-Identifier: MIT */
/* What a protocol log keeps: filled by protocol.c, made into tables by protocol_tables.c. */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H

#include "text/address_spaces.h"
#include "text/calls.h"
#include "tools/trace/protocol/protocol.h"

/* Bounds: what a trace may make a log keep. */
enum {
	LIVES_MAX = 512,
	LIFE_STEPS_MAX = 192, /* of a process; all steps after them are folded */
	EPISODE_MAX = 24,     /* steps from a trap to the return from it */
	EPISODES_SHOWN = 6,   /* of a process, each of a different kind; the others are folded */
	SWITCHES_MAX = 1024,  /* pairs of processes */
	SWITCH_STEPS = 12,
	NAME_SIZE = 48,
};

/* The counts of the steps that were folded into one. */
struct fold {
	uint64_t calls, results, exceptions, interrupts;
	uint64_t switches;
};

struct step {
	struct event_record event;
	struct fold fold;     /* what a folded step stands for */
	struct call call;     /* the system call that the event is about; its count is 0 when not known */
	uint64_t first, last; /* ordinals of the records, from 0 */
	uint64_t ran;	      /* TSC ticks the process had run when it trapped; 0 = not known */
	int image;	      /* of the program that the process ran */
	bool folded;	      /* stands for all the records from `first` to `last` */
};

struct episode {
	struct step steps[EPISODE_MAX];
	unsigned count;
	bool open;
	bool notable; /* is shown however many were like it: see is_notable() */
};

struct life {
	uint32_t pid;
	bool removed, loaded, called, returned;
	char name[NAME_SIZE];
	struct step *steps;
	size_t count, capacity;
	struct episode episode;
	struct {
		uint64_t what;
		uint8_t kind;
	} shown[EPISODES_SHOWN]; /* the traps shown in full */
	unsigned shown_count;
	uint64_t running; /* the TSC when the process began to run; 0 = it does not run */
};

/* One switch from a process to another, and how often that process lost the CPU to that other. */
struct timer_switch {
	uint32_t from, to;
	uint64_t count;
	unsigned steps_count;
	struct step steps[SWITCH_STEPS];
};

struct protocol_log {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	uint64_t ordinal; /* of the next record */
	bool no_memory, events, timer, limited;
	struct step boot[RINGSIDE_EVENT_COUNT];
	unsigned boot_count;
	struct life **lives;
	size_t count, capacity;
	size_t last_life; /* the index of the one found last */
	struct timer_switch *switches;
	size_t switch_count, switch_capacity;
	struct timer_switch pending; /* the switch under way */
	bool ignoring;		     /* until the next return: the timer did not bring this switch about */
	struct processes processes;
	struct calls calls;
};

static inline unsigned step_kind(const struct step *step)
{
	return (unsigned)step->event.kind - RECORD_EVENT;
}

/* Whether the event leads from the program into the OS. */
static inline bool is_trap(unsigned kind)
{
	return event_begins_call(kind) || kind == RINGSIDE_EVENT_EXCEPTION || kind == RINGSIDE_EVENT_INTERRUPT;
}

/* Whether the program runs after the event. */
static inline bool is_entry(unsigned kind)
{
	return kind == RINGSIDE_EVENT_RETURN || kind == RINGSIDE_EVENT_CALL_MAIN;
}

/* The switch kept for a pair of processes; NULL when the timer brought about none. */
const struct timer_switch *protocol_switch_between(const struct protocol_log *log, uint32_t from, uint32_t to);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a protocol log keeps. Filled by protocol.c, protocol_lives.c (the processes' lives) and protocol_switch.c
 * (switches by the timer), read by protocol_rows.c.
 */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H

#include "text/address_spaces.h"
#include "text/calls.h"
#include "tools/trace/protocol/protocol.h"

/* Bounds: what a trace may make a log keep. */
enum {
	LIVES_MAX = 512,
	LIFE_STEPS_MAX = 192, /* behind them, all of a life is folded */
	EPISODE_MAX = 24,     /* steps from a trap to the return from it */
	EPISODES_SHOWN = 6,   /* of different kinds; what else traps is folded */
	SWITCHES_MAX = 1024,  /* pairs of processes */
	SWITCH_STEPS = 12,
	NAME_SIZE = 48,
};

/* What was folded into one row. */
struct fold {
	uint64_t calls, results, exceptions, interrupts;
	uint64_t switches;
};

struct step {
	struct event_record event;
	struct fold fold; /* of a step that stands for many */
	struct call call; /* what the event is about, when it is about a call */
	uint64_t first, last;
	uint64_t ran; /* TSC ticks the process had run when it trapped; 0 = not known */
	int image;    /* of the program then */
	bool folded;
};

struct episode {
	struct step steps[EPISODE_MAX];
	unsigned count;
	bool open;
	bool notable; /* tells of more than a trap and its return */
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
	uint64_t running; /* TSC since when it runs; 0 = it does not */
};

/* One switch from a process to another one, and how often there was one like it. */
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
	size_t last_life; /* found last */
	struct timer_switch *switches;
	size_t switch_count, switch_capacity;
	struct timer_switch pending; /* the one under way */
	bool ignoring;		     /* the process gave way by itself */
	struct processes processes;
	struct calls calls;
};

static inline unsigned step_kind(const struct step *step)
{
	return (unsigned)step->event.kind - RECORD_EVENT;
}

/* Whether the event is a way from the program into the OS. */
static inline bool is_trap(unsigned kind)
{
	return kind == RINGSIDE_EVENT_SYSCALL || kind == RINGSIDE_EVENT_SERVICE || kind == RINGSIDE_EVENT_EXCEPTION ||
	       kind == RINGSIDE_EVENT_INTERRUPT;
}

static inline bool is_call(unsigned kind)
{
	return kind == RINGSIDE_EVENT_SYSCALL || kind == RINGSIDE_EVENT_SERVICE ||
	       kind == RINGSIDE_EVENT_SYSCALL_RESULT;
}

/* Whether the program runs after the event. */
static inline bool is_entry(unsigned kind)
{
	return kind == RINGSIDE_EVENT_RETURN || kind == RINGSIDE_EVENT_CALL_MAIN;
}

/* The life of a pid that is alive, or else the last one it had; NULL when it has none. */
struct life *protocol_life_of(struct protocol_log *log, uint32_t pid);

/* Takes an event into the life of the process it is about; of a fork, into the child's too. */
void protocol_live(struct protocol_log *log, struct step *step);

/* No more will come. */
void protocol_end_lives(struct protocol_log *log);
void protocol_free_lives(struct protocol_log *log);

/* Follows switches; takes every event. */
void protocol_follow_switch(struct protocol_log *log, const struct step *step);

/* The switches from one process to another; NULL when there were none. */
const struct timer_switch *protocol_switch_between(const struct protocol_log *log, uint32_t from, uint32_t to);

#endif

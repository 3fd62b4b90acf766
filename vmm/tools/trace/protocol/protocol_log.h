/* SPDX-License-Identifier: MIT */
/* What a protocol log keeps: filled by protocol.c, made into tables by protocol_tables.c. */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_LOG_H

#include "text/address_spaces.h"
#include "text/calls.h"
#include "tools/trace/protocol/protocol.h"
#include "tools/trace/stat/accounting.h"

/* Bounds: what a trace may make a log keep. */
enum {
	LIVES_MAX = 512,
	LIFE_STEPS_MAX = 256, /* of a process; all steps after them are folded, but for those of its end */
	END_STEPS_MAX = 64,
	EPISODE_MAX = 32,    /* steps from a trap to the return from it */
	EPISODES_SHOWN = 6,  /* of a process, each of a different kind; the others are folded */
	SWITCHES_MAX = 1024, /* pairs of processes */
	SWITCH_STEPS = 16,
	NAME_SIZE = 48,
};

/* The time between two moments, in TSC ticks: what the guest had, or nobody; the VMM; the host (accounting.h). */
struct spent {
	uint64_t guest, vmm, host;
};

/* The counts of the steps that were folded into one. */
struct fold {
	uint64_t calls, exceptions, interrupts;
	uint64_t switches, exits;
};

/* VM exits between two events; a write to DOORBELL is none. */
struct exits {
	uint64_t count;
	uint64_t first, last;	   /* ordinals of the first and of the last */
	struct exit_record record; /* the last */
};

struct step {
	struct event_record event;
	struct fold fold;   /* what a folded step stands for */
	struct call call;   /* the system call that the event is about; its count is 0 when not known */
	struct exits exits; /* since the event before, whichever process that was about */
	bool added;	    /* an event has added to this one, with these arguments */
	uint64_t more[2];
	uint64_t first, last; /* ordinals of the records, from 0 */
	struct spent at;      /* since the start of the run */
	struct spent ran;     /* from when the process began to run until it trapped; 0 = not known */
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
	bool removed;
	bool loaded, called, returned; /* a program; a system call of it; to it */
	uint64_t programs;	       /* that it has loaded */
	bool ran;		       /* has run in that program, and has trapped since */
	struct event_record trap;      /* the last one */
	char name[NAME_SIZE];
	struct step *steps;
	size_t count, capacity;
	struct episode episode;
	struct {
		uint64_t what;
		uint8_t kind;
	} shown[EPISODES_SHOWN]; /* the traps shown in full */
	unsigned shown_count;
	bool runs;
	struct spent running; /* from the start of the run until it began to run */
};

/* One switch from a process to another, and how often that process lost the CPU to that other. */
struct timer_switch {
	uint32_t from, to;
	uint64_t count;
	unsigned score;	  /* how good an example it is */
	unsigned resumed; /* the event by which `to` had lost the CPU; RINGSIDE_EVENT_COUNT = it had never run */
	bool running;	  /* `to` has not trapped yet */
	struct spent ran; /* while `to` ran then; 0 = not known */
	uint64_t saved;	  /* the stack pointer of `from`, as it gets it back later; 0 = not known */
	unsigned steps_count;
	struct step steps[SWITCH_STEPS];
};

struct protocol_log {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct accounting accounting;
	struct spent spent; /* so far */
	struct ordinals {   /* of the records that the accounting has not told yet, but for the VMM's events */
		uint64_t *list;
		size_t first, count, capacity;
	} ordinals;
	uint64_t given;	    /* records */
	uint64_t ordinal;   /* of the record that is being taken */
	uint64_t last_step; /* ordinal of the last event that was a step */
	bool no_memory, events, timer, limited;
	struct step boot[RINGSIDE_EVENT_COUNT];
	unsigned boot_count;
	struct life **lives;
	size_t count, capacity;
	size_t last_life; /* the index of the one found last */
	struct timer_switch *switches;
	size_t switch_count, switch_capacity;
	struct timer_switch pending; /* the switch under way */
	size_t last_switch;	     /* index of the pair whose switch was kept last */
	struct exits exits;	     /* since the last event */
	bool ignoring;		     /* until the next return: the timer did not bring this switch about */
	struct processes processes;
	struct calls calls;
};

static inline unsigned step_kind(const struct step *step)
{
	return (unsigned)step->event.kind - RECORD_EVENT;
}

static inline bool is_spent(const struct spent *spent)
{
	return spent->guest > 0 || spent->vmm > 0 || spent->host > 0;
}

static inline struct spent spent_since(const struct spent *before, const struct spent *now)
{
	return (struct spent){now->guest - before->guest, now->vmm - before->vmm, now->host - before->host};
}

static inline void spent_add(struct spent *sum, const struct spent *more)
{
	sum->guest += more->guest;
	sum->vmm += more->vmm;
	sum->host += more->host;
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

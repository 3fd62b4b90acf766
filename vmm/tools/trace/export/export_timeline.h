/* SPDX-License-Identifier: MIT */
/*
 * Makes the timeline that exporters are given: holds an exit back until it is known when the guest was entered again,
 * keeps time from running backwards, and knows who runs. Used by export.c.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_TIMELINE_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_TIMELINE_H

#include "text/address_spaces.h"
#include "text/calls.h"
#include "tools/trace/export/export.h"

/*
 * Events held back after an exit: more than a guest's ring holds. If there are more, the time of the entry is guessed.
 */
enum { TIMELINE_HELD_MAX = 1 << 15 };

struct timeline {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	void (*emit)(void *context, const struct moment *moment);
	void *context;
	uint64_t now;	     /* ns of the last moment */
	uint64_t limit;	     /* ns of the end of the run */
	uint64_t entered;    /* ns of the last entry */
	uint64_t exits;	     /* how many have been emitted */
	uint64_t disordered; /* see struct export_result */
	bool running;	     /* an entry has been emitted, and the exit after it has not come */
	bool exit_held;
	unsigned cpl;
	uint32_t pid;
	int image;
	union record exit;
	unsigned held_count;
	struct processes processes;
	struct calls calls;
	union record held[TIMELINE_HELD_MAX];
};

/* NULL when there is no memory. */
struct timeline *timeline_new(const struct trace_clock *clock, const struct symbols *symbols,
			      void (*emit)(void *context, const struct moment *moment), void *context);
void timeline_free(struct timeline *timeline);

void timeline_record(struct timeline *timeline, const union record *record);

/* Emits what is held back. Returns the end of the run in ns, not before the last moment. */
uint64_t timeline_end(struct timeline *timeline);

#endif

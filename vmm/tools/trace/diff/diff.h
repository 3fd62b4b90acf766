/* SPDX-License-Identifier: MIT */
/*
 * Compares two traces, of which each is read more than once: first all records of both, then both again up to where
 * they part. Records are compared by their place in a sequence, not by their time: all records; those that are events;
 * decisions of the scheduler; and of each process what it did itself. Memory does not depend on the length of the
 * traces. Used by `vmm trace diff`.
 */
#ifndef VMM_TOOLS_TRACE_DIFF_DIFF_H
#define VMM_TOOLS_TRACE_DIFF_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pid_table.h"
#include "base/table.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "tools/trace/diff/sequence.h"
#include "tools/trace/stat/profile.h"

enum { DIFF_A, DIFF_B, DIFF_SIDES };
enum { DIFF_PROCESSES = 4096 }; /* one more is not compared by itself */

/* Sequences of a whole trace. */
enum diff_line {
	DIFF_RECORDS,	/* all records without their times */
	DIFF_TIMES,	/* the times of all records, in ticks from the start of the run */
	DIFF_EVENTS,	/* the events of the guest, without their times */
	DIFF_DECISIONS, /* which process gets the CPU next */
	DIFF_LINES,
};

/*
 * A process. Its own sequence has its system calls, their results, exceptions, birth and death: no interrupt, no
 * switch, and no address of the kernel's own memory, because these depend on when the timer came and on what the other
 * processes did.
 */
struct diff_process {
	struct pid_slot slot;
	int image;	  /* of the program in the symbols, or IMAGE_UNKNOWN */
	bool interrupted; /* the trap that it is in is an interrupt */
	struct sequence own;
};

/* What is known of one trace. */
struct diff_side {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct profile *profile; /* counts and latencies */
	uint64_t records;
	struct sequence lines[DIFF_LINES];
	struct diff_process processes[DIFF_PROCESSES];
};

/* Where two sequences part, on one side. */
struct diff_place {
	bool ended;	 /* the sequence has ended there; what follows is not valid */
	uint64_t record; /* ordinal from 0, of all records of the trace */
	union record what;
};

/* A pair of sequences that are not the same, and where they part. */
struct diff_parting {
	enum diff_line line; /* DIFF_LINES = of a process */
	uint32_t pid;
	struct sequence_range range;
	uint64_t index; /* of the first element that differs, from 0 */
	struct diff_place at[DIFF_SIDES];
	bool found;
	struct diff_element *elements; /* of A in the range */
	size_t element_count, element_capacity;
};

struct diff;

/* `clocks` and `symbols` have DIFF_SIDES elements, which must outlive the diff. NULL when there is no memory. */
struct diff *diff_new(const struct trace_clock *const clocks[], const struct symbols *const symbols[]);
void diff_free(struct diff *diff);

/* The first reading: takes the next record of a side. */
void diff_record(struct diff *diff, unsigned side, const union record *record);

/* To be called after the first reading. Returns -1 when memory ran out on the way. */
int diff_end(struct diff *diff);

/* Whether the two lines are the same. */
bool diff_same(const struct diff *diff, enum diff_line line);

const struct diff_side *diff_side(const struct diff *diff, unsigned side);

/*
 * The second reading, which finds the places where the sequences part. First A, then B: diff_search_begin(), then each
 * record until diff_search_record() returns false, because no more is needed. Returns -1 when there is no memory.
 */
int diff_search_begin(struct diff *diff, unsigned side);
bool diff_search_record(struct diff *diff, const union record *record);
void diff_search_end(struct diff *diff);

/*
 * The third reading, which brings the records of these places: the ordinal of the first one, from `record` on, that is
 * wanted of a side, UINT64_MAX when none is; and the record of that ordinal.
 */
uint64_t diff_next_place(const struct diff *diff, unsigned side, uint64_t record);
void diff_set_place(struct diff *diff, unsigned side, uint64_t record, const union record *what);

/* The parting of a line, or of the process; NULL when there is none. */
const struct diff_parting *diff_parting(const struct diff *diff, enum diff_line line, uint32_t pid);

/*
 * What takes the tables: `begin` a table's columns; `row` its cells, of which any may be NULL; `place`, below the row
 * of a process, where its own sequence parts from that of the other side.
 */
struct diff_sink {
	void (*begin)(void *context, const struct table_column *columns, unsigned count);
	void (*row)(void *context, const char *const cells[]);
	void (*place)(void *context, unsigned side, const struct diff_place *place, const struct diff_side *of);
	void *context;
};

/* Tells the tables: processes, steps, exits and traps with their times. */
void diff_tell(const struct diff *diff, const struct diff_sink *sink);

/* Puts what happened at a place, which is an event: its name, its arguments, its address. */
void diff_put_place(struct layout *line, const struct diff_place *place, const struct diff_side *side);

/* Writes what a side does where the scheduler's decisions part: "A gives the CPU to process 3 (sieve)". */
void diff_name_choice(const struct diff *diff, const struct diff_parting *decision, unsigned side, char *text,
		      size_t size);

/* Prints the tables. */
void diff_print(const struct diff *diff, struct page *page);

#endif

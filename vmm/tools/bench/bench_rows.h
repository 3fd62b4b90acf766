/* SPDX-License-Identifier: MIT */
/*
 * The rows of `vmm bench`: one row of the table is one benchmark, and its source tells who measures it. The other files
 * go through this table.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_ROWS_H
#define VMM_TOOLS_BENCH_BENCH_ROWS_H

#include <stdbool.h>

#include "kvm/irqchip.h"

enum bench_source {
	SOURCE_GUEST,	/* guest/bench on the VMM's board: `what` is an enum bench_crossing */
	SOURCE_HOST,	/* in this process: `what` is an enum host_crossing */
	SOURCE_KERNEL,	/* by the program `measure` of the guest kernel, which calls the row `words` */
	SOURCE_TRACED,	/* the same in a run of its own, traced: `what` is an index of bench_transitions */
	SOURCE_CROWD,	/* the same in a run of its own, with many processes */
	SOURCE_CONTROL, /* the guest kernel with the command line `words`: a block of computation */
	SOURCE_START,	/* a whole run of the VMM: `what` is an enum bench_moment */
	SOURCE_PEER,	/* guest/bench under QEMU with the accelerator `words` */
	SOURCE_DERIVED, /* not measured: the samples of row `of` less another row */
};

/* Until when a run of SOURCE_START is timed: from the first entry into the guest to one of these, or all of the run. */
enum bench_moment { MOMENT_RING3, MOMENT_OFF, MOMENT_END };

/* The option of the runs of SOURCE_TRACED, by the index below. */
extern const char *const bench_transitions[];
enum { TRANSITIONS_NONE, TRANSITIONS_BY_RING, TRANSITIONS_BY_EXIT };

/* When a row is measured. */
enum bench_when {
	WHEN_ALWAYS,
	WHEN_FULL,    /* not with --quick */
	WHEN_DELAYED, /* only with --inject-delay */
};

struct bench_row {
	const char *group;
	const char *name; /* unique; JSON, --only and `compare` know the row by it */
	enum bench_source source;
	enum bench_when when;
	int what;
	int logging;	      /* SOURCE_GUEST: enum bench_logging */
	enum irqchip irqchip; /* SOURCE_GUEST */
	unsigned per;	      /* units in a crossing: bytes of a string instruction; else 1 */
	unsigned processes;   /* that are switched between; 0 = none */
	unsigned kib;	      /* size of the working set of each */
	const char *minus;    /* name of the row that is subtracted; NULL = none */
	const char *of;	      /* SOURCE_DERIVED: name of the row whose samples it has */
	const char *words;
	const char *summary; /* one line that says what a crossing is */
};

/* The row that the rows of SOURCE_CONTROL are compared with. */
#define CONTROL_BASE "limited"

/* The row that tells how long making a process takes, which bounds the rows of SOURCE_CROWD. */
#define CROWD_MEASURE "fork-exit"

extern const struct bench_row bench_rows[];
extern const unsigned bench_row_count;

/* The index of the row of that name; -1 = none. */
int bench_row_find(const char *name);

/* Whether a row of SOURCE_GUEST sets the timer, and whether its samples are times since the deadline. */
bool bench_row_is_timer(const struct bench_row *row);
bool bench_row_has_deadline(const struct bench_row *row);

/* Whether a row of SOURCE_GUEST crosses by INT 0x80. */
bool bench_row_is_int80(const struct bench_row *row);

/* Whether the loop of a row of SOURCE_GUEST or SOURCE_PEER runs at ring 3. */
bool bench_row_is_ring3(const struct bench_row *row);

/* Whether `pattern` (a shell pattern, or a part of the name or group) selects the row. */
bool bench_row_matches(const struct bench_row *row, const char *pattern);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The rows of `vmm bench`: one row of the table is one benchmark. Who measures it is its source; the rest of
 * bench/ only iterates.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_ROWS_H
#define VMM_TOOLS_BENCH_BENCH_ROWS_H

#include <stdbool.h>

#include "kvm/irqchip.h"
#include "tools/bench/bench_stats.h"

enum bench_source {
	SOURCE_GUEST,	/* guest/bench on the VMM's board: `what` is an enum bench_crossing */
	SOURCE_HOST,	/* this process: `what` is an enum host_crossing */
	SOURCE_KERNEL,	/* the guest kernel: `words` is what its program `measure` calls the row */
	SOURCE_TRACED,	/* the same in a run of its own, traced: `what` is an index of bench_transitions */
	SOURCE_CROWD,	/* the same in a run of its own, with many processes */
	SOURCE_CONTROL, /* the guest kernel with the command line `words`: a block of computation */
	SOURCE_START,	/* a whole run of the VMM: `what` is an enum bench_moment */
	SOURCE_PEER,	/* guest/bench under QEMU with the accelerator `words` */
	SOURCE_DERIVED, /* nothing of its own: the samples of row `of`, with another subtraction */
};

/* What of a run of SOURCE_START is timed: from the first entry into the guest to a moment of it, or all. */
enum bench_moment { MOMENT_RING3, MOMENT_OFF, MOMENT_END };

/* What --transitions= says in the runs of SOURCE_TRACED. */
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
	const char *name; /* unique: what JSON, --only and `compare` know it by */
	enum bench_source source;
	enum bench_when when;
	int what;
	int logging;	      /* SOURCE_GUEST: enum bench_logging */
	enum irqchip irqchip; /* SOURCE_GUEST */
	unsigned per;	      /* units in a crossing: bytes of a string instruction; else 1 */
	unsigned processes;   /* that are switched between; 0: none are */
	unsigned kib;	      /* of each one's working set */
	const char *minus;    /* name of the row that is subtracted; NULL: none */
	const char *of;	      /* SOURCE_DERIVED */
	const char *words;
	const char *summary; /* one line: what a crossing is */
};

/* The row that those of SOURCE_CONTROL are compared with. */
#define CONTROL_BASE "limited"

/* The row that says what it takes to make as many processes as one of SOURCE_CROWD needs. */
#define CROWD_MEASURE "fork-exit"

extern const struct bench_row bench_rows[];
extern const unsigned bench_row_count;

/* The row of that name; -1: none. */
int bench_row_find(const char *name);

/* Whether a row of SOURCE_GUEST is of the timer, and whether the end of its samples is taken from the deadline. */
bool bench_row_is_timer(const struct bench_row *row);
bool bench_row_has_deadline(const struct bench_row *row);

/* Whether a row of SOURCE_GUEST crosses by INT 0x80. */
bool bench_row_is_int80(const struct bench_row *row);

/* Whether the loop of a row of SOURCE_GUEST or SOURCE_PEER runs at ring 3. */
bool bench_row_is_ring3(const struct bench_row *row);

/* Whether `pattern` (a shell pattern, or a part of the name or group) selects the row. */
bool bench_row_matches(const struct bench_row *row, const char *pattern);

#endif

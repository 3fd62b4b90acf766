/* SPDX-License-Identifier: MIT */
/*
 * The rows of `vmm bench`: one row of the table is one benchmark. Who measures it is its source; the rest of
 * bench/ only iterates.
 */
#ifndef VMM_BENCH_ROWS_H
#define VMM_BENCH_ROWS_H

#include <stdbool.h>

enum bench_source {
	SOURCE_GUEST,	/* guest/bench on the VMM's board: `what` is an enum bench_crossing */
	SOURCE_HOST,	/* this process: `what` is an enum host_crossing */
	SOURCE_KERNEL,	/* the guest kernel: the name is what its program `measure` calls the row */
	SOURCE_CONTROL, /* the guest kernel with the command line `words`: a block of computation */
	SOURCE_START,	/* a whole run of the VMM */
	SOURCE_PEER,	/* guest/bench under QEMU with the accelerator `words` */
	SOURCE_DERIVED, /* nothing of its own: the samples of row `of`, with another subtraction */
};

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
	int what;
	int logging;	   /* SOURCE_GUEST: enum bench_logging */
	unsigned per;	   /* units in a crossing: bytes of a string instruction; else 1 */
	const char *minus; /* name of the row that is subtracted; NULL: none */
	const char *of;	   /* SOURCE_DERIVED */
	const char *words; /* SOURCE_KERNEL: name for `measure`; SOURCE_CONTROL: kernel command line */
	enum bench_when when;
	const char *summary; /* one line: what a crossing is */
};

/* The row that those of SOURCE_CONTROL are compared with. */
#define CONTROL_BASE "limited"

extern const struct bench_row bench_rows[];
extern const unsigned bench_row_count;

/* The row of that name; -1: none. */
int bench_row_find(const char *name);

/* Whether the loop of a row of SOURCE_GUEST or SOURCE_PEER runs at ring 3. */
bool bench_row_is_ring3(const struct bench_row *row);

/* Whether `pattern` (a shell pattern, or a part of the name or group) selects the row. */
bool bench_row_matches(const struct bench_row *row, const char *pattern);

#endif

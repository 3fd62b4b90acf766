/* SPDX-License-Identifier: MIT */
/*
 * A flame graph of where the guest was when it left: each VM exit is a sample of the process, the ring and the function
 * that RIP was in. A record has no call stack, so that these three are the whole stack. Samples are taken where exits
 * are, not at regular intervals: code that does I/O has more of them. Used by `vmm trace flame`.
 */
#ifndef VMM_TOOLS_TRACE_FLAME_FLAME_H
#define VMM_TOOLS_TRACE_FLAME_FLAME_H

#include <stdint.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"

/* X(WEIGHT, name, what a sample counts for) */
#define FLAME_WEIGHTS(X)                                                                                               \
	X(TIME, "time", "the time that the guest had run since the entry before the exit")                             \
	X(EXITS, "exits", "one for each exit")
#define FLAME_WEIGHT_ENUM(weight, ...) FLAME_##weight,
enum flame_weight { FLAME_WEIGHTS(FLAME_WEIGHT_ENUM) FLAME_WEIGHT_COUNT };
#undef FLAME_WEIGHT_ENUM

struct flame;

/* All pointers must outlive the flame graph; `symbols` may be NULL. NULL when there is no memory. */
struct flame *flame_new(const struct trace_clock *clock, const struct symbols *symbols);
void flame_free(struct flame *flame);

/* Takes one record after the other, in bounded memory: stacks for which there is no room are one. */
void flame_record(struct flame *flame, const union record *record);

/* Sorts what there is. To be called once, after the last record and before the functions below. */
void flame_end(struct flame *flame);

/*
 * Prints "2 sieve;ring 3;memset 1234" for each stack, as flamegraph.pl and its like read: nanoseconds or exits. Or a
 * picture by itself, without a script. What is not printable ASCII in a name, and what has a meaning there, is '?'.
 */
void flame_print_folded(const struct flame *flame, enum flame_weight weight, FILE *out);
void flame_print_svg(const struct flame *flame, enum flame_weight weight, FILE *out);

#endif

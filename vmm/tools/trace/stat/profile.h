/* SPDX-License-Identifier: MIT */
/*
 * A trace added up: how long exits of each reason, traps of each kind and each process took, with
 * percentiles. Streams; its memory has a bound whatever a trace says. Fed by `vmm trace stat`.
 */
#ifndef VMM_TOOLS_TRACE_STAT_PROFILE_H
#define VMM_TOOLS_TRACE_STAT_PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "tools/trace/stat/histogram.h"

struct profile_row {
	uint64_t count;		 /* exits or traps */
	struct histogram *guest; /* ticks: exit: the guest ran before it; trap: in ring 0 until its return */
	struct histogram *vmm;	 /* ticks: exit: in the VMM handling it; trap: in the VMM meanwhile */
};

/* The last row of each is for numbers beyond. */
enum { PROFILE_SYSCALLS = 1024, PROFILE_VECTORS = 256, PROFILE_PROCESSES = 4096 };

struct profile_process {
	bool used;
	uint32_t pid;
	int image;		       /* of the program, in the symbols; -1 = not known */
	uint64_t user, kernel, vmm;    /* ticks in ring 3, in ring 0, in the VMM */
	uint64_t switches;	       /* to it */
	struct profile_row *trap;      /* it is in; NULL = none */
	uint64_t trap_guest, trap_vmm; /* ticks so far */
};

struct profile {
	struct profile_row exits[RINGSIDE_EXIT_LIMIT];
	struct profile_row syscalls[PROFILE_SYSCALLS + 1];
	struct profile_row exceptions[PROFILE_VECTORS + 1];
	struct profile_row interrupts[PROFILE_VECTORS + 1];
	uint64_t events[RINGSIDE_EVENT_COUNT];
	struct profile_process processes[PROFILE_PROCESSES];
	struct profile_process others; /* processes for which there was no place */
	unsigned process_count;
	bool incomplete; /* there was no memory for a histogram */
	const struct symbols *symbols;
	/* The state of the walk. */
	struct profile_process *current;
	uint64_t now; /* TSC up to which all time has been given out; 0 = nothing yet */
	unsigned cpl;
	bool in_vmm; /* since the exit of `kind`, at `now` */
	uint8_t kind;
	unsigned pending_count, pending_capacity;
	struct event_record *pending; /* events for which it is not yet known when the guest was entered */
};

/* `symbols` may be NULL and must outlive the profile. NULL when there is no memory. */
struct profile *profile_new(const struct symbols *symbols);
void profile_free(struct profile *profile);

void profile_record(struct profile *profile, const union record *record);

/* To be called once after the last record. */
void profile_end(struct profile *profile);

/* Tables; one JSON object; one CSV table. docs/trace.md has their columns and members. */
void profile_print(const struct profile *profile, const struct trace_clock *clock, FILE *out);
void profile_print_json(const struct profile *profile, const struct trace_clock *clock, FILE *out);
void profile_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A trace added up: how long exits of each reason, traps of each kind and each process took, with percentiles, and
 * whose the time of the run was (accounting.h). Takes one record after the other, in bounded memory whatever a trace
 * says. Fed by `vmm trace stat`.
 */
#ifndef VMM_TOOLS_TRACE_STAT_PROFILE_H
#define VMM_TOOLS_TRACE_STAT_PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json.h"
#include "base/table.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "tools/trace/stat/accounting.h"
#include "tools/trace/stat/call_sums.h"
#include "tools/trace/stat/histogram.h"
#include "tools/trace/stat/latencies.h"
#include "tools/trace/stat/selection.h"
#include "tools/trace/stat/time_sums.h"

/*
 * Exits of one reason, or traps of one number. In ticks: how long the guest ran before an exit, or in ring 0 during a
 * trap, its own time; how long the VMM took to handle an exit, or during a trap; and of a trap, how long it took from
 * the trap to the return, with all that others did meanwhile. NULL = no samples.
 */
struct profile_row {
	uint64_t count;
	uint64_t errors; /* of a system call */
	struct histogram *guest;
	struct histogram *vmm;
	struct histogram *elapsed;
};

/* The rows of the tables, without a last row for all greater numbers. */
enum { PROFILE_SYSCALLS = CALL_NUMBERS, PROFILE_VECTORS = 256 };

/* X(KEY, key): what tables are sorted by, the greatest first, but names. `samples` leaves processes in the order of
 * pids. */
#define PROFILE_SORTS(X)                                                                                               \
	X(SAMPLES, "samples") X(TIME, "time") X(MEAN, "mean") X(MAX, "max") X(ERRORS, "errors") X(NAME, "name")
#define PROFILE_SORT_ENUM(key, word) SORT_##key,
enum profile_sort { PROFILE_SORTS(PROFILE_SORT_ENUM) };
#undef PROFILE_SORT_ENUM

/*
 * What of a trace counts. The time that processes had and whose time it was is that of the range, whatever the filter;
 * at both ends of the range a stretch of time is cut. Of exits, transitions and events those count that are in the
 * range and that the filter matches: of a transition its first event, or its result; what it took counts if it ends in
 * the range too.
 */
struct profile_choice {
	uint64_t from, until;	     /* ns since the start of the run; UINT64_MAX = its end */
	const struct filter *filter; /* NULL = all records */
	const char *expression;	     /* the filter as text */
	enum profile_sort sort;
};

/* The trap that a process is in. */
struct profile_trap {
	struct profile_row *row; /* NULL = none that can count */
	struct call_sum *call;	 /* of the last system call that counted */
	bool counts;
	uint64_t guest, vmm; /* ticks that its process had in ring 0 and in the VMM before it */
	uint64_t start;	     /* TSC */
};

struct profile {
	struct profile_row exits[RINGSIDE_EXIT_LIMIT];
	struct profile_row syscalls[PROFILE_SYSCALLS + 1];
	struct profile_row exceptions[PROFILE_VECTORS + 1];
	struct profile_row interrupts[PROFILE_VECTORS + 1];
	uint64_t events[RINGSIDE_EVENT_COUNT];
	struct time_sums time; /* of the run, or of the range */
	struct call_sums calls;
	struct profile_choice choice;
	uint64_t records;		     /* in the range */
	struct file_header header;	     /* of the trace, for what the host says */
	const struct file_counter *counters; /* of KVM, which the caller may set; must outlive the profile */
	size_t counter_count;
	bool incomplete;	    /* there was no memory for a histogram */
	uint64_t longest_wait;	    /* of an interrupt, while the guest had interrupts off, in ticks */
	uint64_t longest_wait_end;  /* TSC */
	struct latencies latencies; /* of ticks and page faults */
	/* The state of the walk. */
	struct accounting accounting;
	struct selection selection;
	struct profile_trap traps[TIME_OWNER_COUNT]; /* as in time.list */
	uint64_t guest, vmm;			     /* ticks that the guest and the VMM had up to the last exit */
	uint64_t waits_since;			     /* the TSC since when an interrupt waits; 0 = none does */
	bool has_exit;				     /* of `kind`, the last, in the range */
	uint8_t kind;
	uint64_t before; /* ticks of the guest before that exit */
};

/* The tables of a profile, each with a row for what may be in it: a reason, a number or a vector. */
enum profile_table { TABLE_EXITS, TABLE_SYSCALLS, TABLE_EXCEPTIONS, TABLE_INTERRUPTS, TABLE_COUNT };
const struct profile_row *profile_rows(const struct profile *profile, enum profile_table table, size_t *count);
/* What the JSON calls the table; and a row of it, which may have no name of its own: "PF", "reason 77". */
const char *profile_table_name(enum profile_table table);
void profile_row_name(enum profile_table table, unsigned number, char *name, size_t size);

/*
 * `symbols` may be NULL and must outlive the profile. `header` is the trace's; NULL where the time of the run does not
 * matter. NULL when there is no memory.
 */
struct profile *profile_new(const struct symbols *symbols, const struct file_header *header);
/* To be called before the first record. The filter must outlive the profile. */
void profile_choose(struct profile *profile, const struct profile_choice *choice);
void profile_free(struct profile *profile);

void profile_record(struct profile *profile, const union record *record);
/* The same for many, all of known kinds, as trace_reader_batch() delivers them. */
void profile_records(struct profile *profile, const union record *records, size_t count);

/* To be called before profile_end() when the trace was still being recorded: its header as it is now. */
void profile_close(struct profile *profile, const struct file_header *header);

/* How many of profile->records count, by the filter: the exits and events in the tables. */
uint64_t profile_chosen(const struct profile *profile);

/* Ends the profile. To be called once, after the last record. What there is can be printed at any time before, too. */
void profile_end(struct profile *profile);

/*
 * Print tables; one JSON object; one CSV table. docs/trace.md has their columns and members. Where there is not enough
 * room, tables leave out p90 first, then the minimum, the share of the samples, p50, the share of the time, the
 * maximum; of processes the switches, then the VMM's time.
 */
void profile_print(const struct profile *profile, const struct trace_clock *clock, struct page *page);
/* Only says what counts, if that is not all of the run; profile_print() begins with it. */
void profile_print_choice(const struct profile *profile, const struct trace_clock *clock, struct page *page);
void profile_print_json(const struct profile *profile, const struct trace_clock *clock, FILE *out);
/* Puts the members of that object into an object. */
void profile_put_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json);
/* Puts what is about time alone into an object: the members "processes", "time_ticks", "host" and "kvm". */
void profile_put_time_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json);
void profile_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out);

#endif

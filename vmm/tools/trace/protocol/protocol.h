/* SPDX-License-Identifier: MIT */
/*
 * The textbook's tables of direct execution, limited direct execution and limited direct execution with
 * timer (OS | Hardware | Program), written from the events of one run. A protocol log takes all records
 * of a trace in one pass and keeps, bounded, what the tables need; the tables are made at the end.
 */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json.h"
#include "base/table.h"
#include "record/record.h"
#include "record/trace_format.h"
#include "symbols/symbols.h"

/* X(NAME, word, title) */
/* clang-format off */
#define PROTOCOLS(X) \
	X(DIRECT,  "direct",  "Direct execution") \
	X(LIMITED, "limited", "Limited direct execution") \
	X(TIMER,   "timer",   "Limited direct execution with timer interrupt")
/* clang-format on */
#define PROTOCOL_ENUM(name, ...) PROTOCOL_##name,
enum protocol { PROTOCOLS(PROTOCOL_ENUM) PROTOCOL_COUNT };
#undef PROTOCOL_ENUM
/* The textbook's columns, and one for what the VMM did, which only rows beyond the textbook's are in. */
enum protocol_column { PROTOCOL_OS, PROTOCOL_HARDWARE, PROTOCOL_PROGRAM, PROTOCOL_VMM, PROTOCOL_COLUMNS };

enum { PROTOCOL_STEP_SIZE = 112, PROTOCOL_DETAIL_SIZE = 208 };

/*
 * One row. A missing one is a row of the textbook's table of which no event of the trace tells; a row beyond is none of
 * the textbook's, but happened too.
 */
struct protocol_row {
	enum protocol_column column;
	bool missing, beyond;
	bool folded;	      /* stands for all records from `first` to `last` */
	uint64_t ns;	      /* from the start of the run */
	uint64_t first, last; /* ordinals, from 0, of the records it was written from */
	char step[PROTOCOL_STEP_SIZE];
	char detail[PROTOCOL_DETAIL_SIZE]; /* UTF-8, "" = none; holds names from the trace */
};

struct protocol_table {
	struct protocol_row *rows; /* NULL when there is no memory */
	size_t count, capacity;
};

struct protocol_process {
	uint32_t pid;
	const char *name; /* of its last program; "" = not known */
};

struct protocol_log;

/* The header of the trace and `symbols` (which may be NULL) must outlive the log. NULL when there is no memory. */
struct protocol_log *protocol_new(const struct file_header *header, const struct symbols *symbols);
void protocol_free(struct protocol_log *log);

/* Takes the next record of the trace; all of them, for the ordinals and for whose time it was. */
void protocol_record(struct protocol_log *log, const union record *record);

/* To be called once, after the last record. Returns -1 when memory ran out on the way. */
int protocol_end(struct protocol_log *log);

/* Whether the trace had any event: without events there is nothing to tell. */
bool protocol_has_events(const struct protocol_log *log);

/* The protocol the run shows, by what it did: timer, traps, or neither. */
enum protocol protocol_seen(const struct protocol_log *log);
const char *protocol_title(enum protocol protocol);
const char *protocol_name(enum protocol protocol);
const char *protocol_column_title(enum protocol protocol, enum protocol_column column, bool boot);

/* The processes, by an index in the order in which they were created. */
size_t protocol_count(const struct protocol_log *log);
struct protocol_process protocol_process(const struct protocol_log *log, size_t index);

/* The index of the first process with that pid or program; -1 when there is none. */
int protocol_find(const struct protocol_log *log, const char *word);

/* The index of the process whose life shows most of the protocol; -1 when there is none. */
int protocol_choose(const struct protocol_log *log);

/*
 * The index of the process that the timer gave the CPU to after process `index` and that shows it best: both have run
 * in programs of their own; of several the one to which it happened most often. -1 when there is none.
 */
int protocol_partner(const struct protocol_log *log, int index);

/* The pair of processes whose switch by the timer is the best example of all; -1 and -1 when there is none. */
void protocol_choose_switch(const struct protocol_log *log, int *from, int *to);

/* How often the timer took the CPU from one process and gave it to another. */
uint64_t protocol_switches(const struct protocol_log *log, int from, int to);

/* Prints the pairs of which that happened, 24 at most, and how often: "2 sieve to 3 queens 14 times, ..."; or "none".
 */
void protocol_list_switches(const struct protocol_log *log, FILE *out);

/*
 * The tables; protocol_table_free() them. The textbook's rows are in them once each, and between them in the order of
 * time the rows beyond. At boot, direct execution has none.
 */
struct protocol_table protocol_boot(const struct protocol_log *log, enum protocol protocol);
struct protocol_table protocol_life(const struct protocol_log *log, enum protocol protocol, int index);
struct protocol_table protocol_switch(const struct protocol_log *log, int from, int to);
void protocol_table_free(struct protocol_table *table);

/* Leaves only the textbook's rows. */
void protocol_table_strict(struct protocol_table *table);

/*
 * One table as text, and as a JSON array of rows. The text is as wide as the terminal, cells are wrapped, and a
 * terminal that is too narrow for the column of times gets none; off a terminal it is 120 columns wide. `boot`: the
 * table is about what happened at boot.
 */
void protocol_print(const struct protocol_table *table, const char *title, enum protocol protocol, bool boot,
		    struct page *page);
void protocol_put_json(struct json_writer *json, const char *name, const struct protocol_table *table);

#endif

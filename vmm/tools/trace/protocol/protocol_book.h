/* SPDX-License-Identifier: MIT */
/*
 * The textbook's tables: their rows, in its words, columns and order, and what this machine did at each. Made into
 * tables by protocol_tables.c.
 */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_BOOK_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_BOOK_H

#include "tools/trace/protocol/protocol_log.h"

/* What a row happened at: one step of those that were kept. Several rows may happen at one. */
enum moment {
	AT_TRAP_TABLE,
	AT_SYSCALL_HANDLER,
	AT_TIMER_HANDLER,
	AT_TIMER_START,
	AT_CREATE,
	AT_MEMORY,
	AT_LOAD,
	AT_STACK,
	AT_CLEAR,
	AT_FRAME,
	AT_ENTRY,  /* into the program, for the first time */
	AT_CALL,   /* a system call */
	AT_RESULT, /* what it came to */
	AT_BACK,   /* the return from it */
	AT_END,	   /* the call that ends the process */
	AT_FREE,
	AT_REMOVE,
	AT_TICK, /* the timer's interrupt, in process A */
	AT_SWITCH,
	AT_SAVE,
	AT_RESTORE,
	AT_INTO, /* the return into process B */
	MOMENTS,
};

/* The steps of one table. */
struct scene {
	const struct protocol_log *log;
	enum protocol protocol;
	const struct step *steps; /* in the order of time */
	size_t count;
	const struct step *at[MOMENTS]; /* NULL = not seen */
	const struct step *frame[2];	/* where the registers of A and B are on their kernel stacks; NULL = not seen */
	const struct life *life[2];	/* whose they are: the one process, or A and B; NULL = nobody's */
	const struct timer_switch *timer; /* NULL = the table is not about one */
};

/* A row. `tell` appends what this machine did at it; the row's moment was seen. */
struct book_row {
	enum protocol_column column;
	enum moment moment;
	const char *words;
	void (*tell)(const struct scene *scene, struct layout *line, const struct step *step);
};

struct book_table {
	const struct book_row *rows;
	size_t count;
};

enum { BOOK_ROWS_MAX = 48 };

struct book_table book_boot(enum protocol protocol);
struct book_table book_life(enum protocol protocol);
struct book_table book_switch(void);

/* The words of a row, which may hold a number of the run. */
void book_words(const struct scene *scene, const struct book_row *row, char *words, size_t size);

/* ---- details, also of rows beyond the textbook's ---- */

/* Appends "0x4012f7 main+0x67 (sieve)". */
void tell_place(const struct scene *scene, struct layout *line, int image, uint64_t address);

/* Appends the guest's part of a time, and in parentheses the others': "118.2 µs (VMM 1.5 µs, host 4.0 ms)". */
void tell_spent(const struct scene *scene, struct layout *line, const struct spent *spent);

/* Appends everything that an event tells. */
void tell_step(const struct scene *scene, struct layout *line, const struct step *step);

/* Appends where the program was when it trapped, and how long it had run. */
void tell_run(const struct scene *scene, struct layout *line, const struct step *step);

/* Appends "812 more system calls" of a word and its plural, after a comma when the line has text; nothing for 0. */
void tell_count(struct layout *line, uint64_t count, const char *one, const char *many);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Records as text, one aligned line each. `vmm run --trace`, `vmm trace print` and the flight recorder all print
 * through here, so that their lines look the same. Keeps what a line needs to know of earlier records: sequence number,
 * CPL, and which process and program a CR3 belongs to.
 */
#ifndef VMM_TEXT_TEXT_H
#define VMM_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "text/address_spaces.h"
#include "text/call_text.h"

struct text_printer;

/* A record, and what the printer knows about the moment when it was made. */
struct text_moment {
	const union record *record;
	const struct trace_clock *clock;
	const struct symbols *symbols; /* NULL = none */
	const struct process *process; /* exit: whose address space it was; event: whom it is about; NULL = unknown */
	uint64_t sequence;	       /* of an exit */
	uint64_t entered;	       /* TSC of the entry after an exit; 0 = not known */
	unsigned cpl;		       /* the CPL after the record */
};

/* Says which records are to be printed. */
struct text_choice {
	bool (*wants)(const void *context, const struct text_moment *moment);
	const void *context;
};

/* Says what a line ends with besides: one line, NUL-terminated, in `buffer`; "" for nothing. */
struct text_extra {
	void (*tell)(void *context, const union record *record, int image, uint64_t address, char *buffer, size_t size);
	void *context;
};

/*
 * `colour`: with SGR sequences. `symbols` may be NULL. All three pointers must outlive the printer. NULL when there is
 * no memory. Write errors stay with `out`: ask ferror().
 */
struct text_printer *text_new(FILE *out, const struct trace_clock *clock, const struct symbols *symbols, bool colour);
void text_free(struct text_printer *printer);

void text_header(struct text_printer *printer);

/*
 * Takes the next record. An exit's line needs to know when the VMM was done with it, so it is held back
 * until text_entered() says so, or until the next exit or text_flush().
 */
void text_record(struct text_printer *printer, const union record *record);
void text_entered(struct text_printer *printer, uint64_t tsc);
void text_flush(struct text_printer *printer);

/* The width of the terminal, at which the last two columns are cut off; 0, as at first, when there is no terminal. */
void text_width(struct text_printer *printer, unsigned columns);

/* Prints only what the choice wants, whose context must outlive the printer. */
void text_choose(struct text_printer *printer, struct text_choice choice);

/* Prints at most so many lines besides the header. text_full() says whether that many have been printed. */
void text_limit(struct text_printer *printer, uint64_t lines);
bool text_full(const struct text_printer *printer);

/* Makes the printer show strings that are constants; the context must outlive the printer. */
void text_set_constants(struct text_printer *printer, struct text_constants constants);

/* Makes the printer ask extra.tell() about the address of each line that has one. */
void text_set_extra(struct text_printer *printer, struct text_extra extra);

/* Learns from a record what later lines need, without printing it. */
void text_skip(struct text_printer *printer, const union record *record);

/* Sets the number of the next exit (the first of a run has 1): for printing from the middle of a run on. */
void text_sequence(struct text_printer *printer, uint64_t sequence);

/* Writes "name+0x12 (program)" for an address in the process with that CR3 frame; "" when it has no name. */
void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size);

#endif

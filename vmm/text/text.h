/* SPDX-License-Identifier: MIT */
/*
 * Records as text, one aligned line each: `vmm run --trace`, `vmm trace print` and the flight recorder
 * all print through here, so they look the same. Keeps what a line needs to know of the lines before:
 * sequence number, CPL, and which process and program a CR3 belongs to.
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

/* A record, and what the printer knows about the moment it was made. */
struct text_moment {
	const union record *record;
	const struct trace_clock *clock;
	const struct symbols *symbols; /* NULL = none */
	const struct process *process; /* exit: whose address space it was; event: whom it is about; NULL = unknown */
	uint64_t sequence;	       /* of an exit */
	uint64_t entered;	       /* TSC of the entry after an exit; 0 = not known */
	unsigned cpl;		       /* that the record leaves */
};

/* Chooses the lines: whether the record of this moment is to be printed. */
struct text_choice {
	bool (*wants)(const void *context, const struct text_moment *moment);
	const void *context;
};

/* What a line is to end with besides: writes it to `buffer`, NUL-terminated and one line, or "" for nothing. */
struct text_extra {
	void (*tell)(void *context, const union record *record, int image, uint64_t address, char *buffer, size_t size);
	void *context;
};

/*
 * `colour`: SGR sequences. `symbols` may be NULL. All three pointers must outlive the printer. NULL when
 * there is no memory. Write errors stay with `out`: ask ferror().
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

/* Cuts the last columns, where and RIP, off at a terminal so wide; 0, as at first, means that there is none. */
void text_width(struct text_printer *printer, unsigned columns);

/* Prints only what the choice wants, whose context must outlive the printer. */
void text_choose(struct text_printer *printer, struct text_choice choice);

/* Prints so many lines at most, besides the header. text_full() tells when no more will come. */
void text_limit(struct text_printer *printer, uint64_t lines);
bool text_full(const struct text_printer *printer);

/* Shows strings that are constants; the context must outlive the printer. */
void text_set_constants(struct text_printer *printer, struct text_constants constants);

/* `extra.tell` is asked about the address of each line that has one. */
void text_set_extra(struct text_printer *printer, struct text_extra extra);

/* Learns from a record what later lines need, without printing it. */
void text_skip(struct text_printer *printer, const union record *record);

/* Numbers the next exit (1 = the first of a run): for starting in the middle, as the flight recorder does. */
void text_sequence(struct text_printer *printer, uint64_t sequence);

/* "name+0x12 (program)" for an address in the process whose CR3 frame is given; writes "" when unknown. */
void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size);

#endif

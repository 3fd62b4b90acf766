/* SPDX-License-Identifier: MIT */
/*
 * Prints records as text, one aligned line each, or gives the lines to a writer: for `vmm run --trace`, `vmm trace
 * print` and crash reports. The printer remembers what a line needs of earlier records: the sequence number, the CPL,
 * and which process and program a CR3 belongs to.
 */
#ifndef VMM_TEXT_TEXT_H
#define VMM_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/tty.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "text/address_spaces.h"
#include "text/call_text.h"

struct text_printer;

/* A record, and what the printer knows about the moment when the record was made. */
struct text_moment {
	const union record *record;
	const struct trace_clock *clock;
	const struct symbols *symbols; /* NULL = none */
	const struct process *process; /* of an exit, by CR3; of an event, by pid; NULL = unknown */
	uint64_t sequence;	       /* number of an exit; of an event, the number of the next exit */
	uint64_t entered;	       /* TSC of the entry after an exit; 0 = not known */
	unsigned cpl;		       /* the CPL after the record */
};

/* Chooses the records that are printed. */
struct text_choice {
	bool (*wants)(const void *context, const struct text_moment *moment);
	const void *context;
};

/* What stands behind the address of a line; "" = nothing. No newlines. */
struct text_note {
	char instruction[96];
	char source[96]; /* "file.c:12" */
};

/* Finds out what stands behind an address. */
struct text_extra {
	void (*tell)(void *context, const union record *record, int image, uint64_t address, struct text_note *note);
	void *context;
};

/* Everything that a line says. */
struct text_line {
	struct text_moment moment;
	unsigned cpl_before;		  /* the CPL after the record before */
	const struct call *call;	  /* of an event: the last call of its process; NULL = none */
	const struct event_record *fault; /* of an exception: what more is known of it; NULL = nothing */
	const struct text_constants *constants;
	bool has_address;
	int image; /* the place of that address, as place_image() has it */
	uint64_t address;
	struct text_note note; /* on that address */
};

/* Writes lines in another form than text. */
struct text_writer {
	void (*write)(void *context, const struct text_line *line);
	void *context;
};

/*
 * Where the terminal of `style` does not have room for all columns, RIP is left out first, then the place, the times in
 * the guest and in the VMM, the number of the exit, the process; and lines that are still too long are cut. `symbols`
 * may be NULL. All three pointers must outlive the printer. Returns NULL when there is no memory. Release with
 * text_free(). After a write error ferror(out) is true.
 */
struct text_printer *text_new(FILE *out, const struct trace_clock *clock, const struct symbols *symbols,
			      struct tty_style style);
void text_free(struct text_printer *printer);

/* Prints the line with the names of the columns. */
void text_header(struct text_printer *printer);

/*
 * Takes the next record. The line of an exit shows how long the VMM handled the exit, so it is printed only when the
 * guest has been entered again: at text_entered() with the host's TSC, at the next exit, or at text_flush().
 */
void text_record(struct text_printer *printer, const union record *record);
void text_entered(struct text_printer *printer, uint64_t tsc);
void text_flush(struct text_printer *printer);

/* Flushes, and says how to see what the terminal did not have room for. To be called once, at the end. */
void text_end(struct text_printer *printer);

/* Prints only records for which choice.wants() is true. Its context must outlive the printer. */
void text_choose(struct text_printer *printer, struct text_choice choice);

/*
 * What else lines tell of times: in place of the time since the start of the run, that since the line before
 * (`relative`); and at the result of a system call, how long it took since the trap, whoever ran meanwhile
 * (`durations`).
 */
void text_set_times(struct text_printer *printer, bool relative, bool durations);

/* Prints at most `lines` lines besides the header. text_full(): whether that many have been printed. */
void text_limit(struct text_printer *printer, uint64_t lines);
bool text_full(const struct text_printer *printer);

/* Prints strings that `constants` finds (text/call_text.h). Its context must outlive the printer. */
void text_set_constants(struct text_printer *printer, struct text_constants constants);

/* Adds the text of extra.tell() to each line that has an address, or below it. Its context must outlive the printer. */
void text_set_extra(struct text_printer *printer, struct text_extra extra);

/* Gives the lines to writer.write(), in place of printing them. Its context must outlive the printer. */
void text_set_writer(struct text_printer *printer, struct text_writer writer);

/* Takes the next record, but does not print it. */
void text_skip(struct text_printer *printer, const union record *record);

/* Sets the number of the next exit, to print from the middle of a run. The first exit of a run has number 1. */
void text_sequence(struct text_printer *printer, uint64_t sequence);

/* Stores "name+0x12 (program)" for an address in the address space `frame`; "" when the address has no name. */
void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size);

#endif

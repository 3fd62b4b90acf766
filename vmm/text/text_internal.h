/* SPDX-License-Identifier: MIT */
/*
 * What the text printer's files share. text.c decides what is printed and when, text_line.c lays out a
 * line, text_exit.c and text_event.c say in words what a record was about.
 */
#ifndef VMM_TEXT_TEXT_INTERNAL_H
#define VMM_TEXT_TEXT_INTERNAL_H

#include "base/layout.h"
#include "text/address_spaces.h"
#include "text/calls.h"
#include "text/cpl.h"
#include "text/place.h"
#include "text/text.h"

struct held {
	union record record;
	uint64_t entered; /* exit: when the guest was entered again; 0 = not known */
	bool skip;
	bool told; /* the line of an event before it tells this too */
};

struct text_printer {
	FILE *out;
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct text_constants constants; /* find NULL = none */
	bool colour;
	unsigned width;		   /* of the terminal, in columns; 0 = none */
	uint64_t sequence;	   /* of the next exit */
	unsigned cpl;		   /* after the last record */
	struct text_choice choice; /* wants NULL = everything */
	struct text_extra extra;
	uint64_t left;	   /* lines still to be printed */
	struct held *held; /* what waits for what it is to tell, and all behind it */
	unsigned held_count, held_capacity;
	bool open;	     /* the last exit has not been entered from, */
	unsigned open_index; /* which is this one of those held */
	struct processes processes;
	struct calls calls;
	struct layout line;
};

/* SGR parameters */
#define COLOUR_FAINT "2"
#define COLOUR_BAD "1;31"
#define COLOUR_INJECT "35"
#define COLOUR_EVENT "36"
#define COLOUR_TRANSITION "1;33"

#define MARK_ARROW "\u2192"
#define MARK_TIMES "\u00d7"
#define MICROSECONDS "\u00b5s"

/* A line each. `cpl` is what the record leaves; `entered` when the guest was entered again, 0 = not known. */
void line_exit(struct text_printer *printer, const struct exit_record *exit, unsigned cpl, uint64_t entered);
void line_event(struct text_printer *printer, const struct event_record *event, unsigned cpl);

#define DETAIL_TIME_UNKNOWN UINT64_MAX

/* `vmm_ns`: how long the VMM handled it, or DETAIL_TIME_UNKNOWN. */
void detail_exit(struct layout *line, const struct exit_record *exit, uint64_t vmm_ns);

/* All arguments but the one that is an address to symbolise. `symbols` may be NULL. */
void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols);

/* The same, with the arguments of the system call it is about; `call` and `constants` may be NULL. */
void detail_event_of(struct layout *line, const struct event_record *event, const struct symbols *symbols,
		     const struct call *call, const struct text_constants *constants);

/*
 * "write(1, 0x4020e0, 13)", as strace prints it. Strings are not in a trace: those that are constants of the program
 * come from `constants`, which may be NULL; of the others the addresses are shown.
 */
void detail_call(struct layout *line, const struct call *call, const struct text_constants *constants);

/* "13", "-2 ENOENT", "0x7f0000001000" */
void detail_result(struct layout *line, uint64_t number, uint64_t result);

/* The argument that is an address to symbolise; false when the event has none. */
bool detail_event_address(const struct event_record *event, uint64_t *address);

/* "0x20 timer interrupt", "#PF page fault" */
void detail_vector(struct layout *line, uint64_t vector);

#endif

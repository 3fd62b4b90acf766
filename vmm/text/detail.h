/* SPDX-License-Identifier: MIT */
/*
 * Records in words, without their times and places: what the text printer has in its column "detail", and what
 * exporters, the protocol tables and the report say of a record, too.
 */
#ifndef VMM_TEXT_DETAIL_H
#define VMM_TEXT_DETAIL_H

#include "base/layout.h"
#include "record/record.h"
#include "symbols/symbols.h"
#include "text/calls.h"

/* Colours, as parameters of SGR sequences. */
#define COLOUR_FAINT "2"
#define COLOUR_BAD "1;31"
#define COLOUR_INJECT "35"
#define COLOUR_EVENT "36"
#define COLOUR_TRANSITION "1;33"

#define MARK_ARROW "\u2192"
#define MARK_TIMES "\u00d7"
#define MICROSECONDS "\u00b5s"

struct text_constants;

#define DETAIL_TIME_UNKNOWN UINT64_MAX

/* Puts what an exit was about. `vmm_ns`: how long the VMM handled it, or DETAIL_TIME_UNKNOWN. */
void detail_exit(struct layout *line, const struct exit_record *exit, uint64_t vmm_ns);

/*
 * Puts the arguments of an event, without an address to symbolise. `call` is the system call that the event is about,
 * with its arguments, and `constants` what it may point to (see call_text.h). All three pointers may be NULL.
 */
void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols,
		  const struct call *call, const struct text_constants *constants);

/* The argument of an event that is an address to symbolise; false when the event has none. */
bool detail_event_address(const struct event_record *event, uint64_t *address);

/* Puts "0x20 timer interrupt", "#PF page fault". */
void detail_vector(struct layout *line, uint64_t vector);

#endif

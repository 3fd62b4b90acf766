/* SPDX-License-Identifier: MIT */
/*
 * What a record says, as text without its time and place: the column "detail" of the text printer. Exporters, the
 * protocol tables and the report use the same text.
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

struct text_constants;

#define DETAIL_TIME_UNKNOWN UINT64_MAX

/* Appends the details of an exit. `idle_ns` is how long the VMM slept (exit_slept()), or DETAIL_TIME_UNKNOWN. */
void detail_exit(struct layout *line, const struct exit_record *exit, uint64_t idle_ns);

/*
 * Appends the arguments of an event, except an address that has a symbol (detail_event_address()). `call` is the system
 * call that the event is about; for `constants` see call_text.h. `symbols`, `call` and `constants` may be NULL.
 */
void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols,
		  const struct call *call, const struct text_constants *constants);

/* Appends what a FAULT event tells of the exception of that vector: ", write 0x7fffffffeff8, error 0x6". */
void detail_fault(struct layout *line, uint64_t vector, const struct event_record *fault);

/* Stores the argument of an event that is an address with a symbol in *address; false when the event has none. */
bool detail_event_address(const struct event_record *event, uint64_t *address);

/* Appends the name of a vector: "0x20 timer interrupt", "#PF page fault". */
void detail_vector(struct layout *line, uint64_t vector);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The names of the numbers in records, from the tables in include/ringside. NULL where a number has no name. Used by
 * every printer and exporter. Registers of devices have their names in devices/devices.h,
 * and Linux's numbers in base/linux_names.h.
 */
#ifndef VMM_TEXT_NAMES_H
#define VMM_TEXT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

const char *exit_name(unsigned reason);			/* "IO" */
const char *event_name(unsigned event);			/* enum ringside_event: "return" */
const char *event_step(unsigned event);			/* the textbook's words: "return-from-trap" */
const char *event_argument(unsigned event, unsigned i); /* of argument 0 or 1, as in ringside/events.h */
/* The value of an argument of that name, if it is a code in ringside/events.h: "SLICE", "slice over". */
const char *argument_code(const char *argument, uint64_t value);
const char *argument_words(const char *argument, uint64_t value);
/* The nth code of all arguments, in which one that stands in several lists is as often; NULL behind the last. */
const char *argument_code_at(unsigned n);

const char *trap_name(uint64_t vector);	    /* "page fault" */
const char *trap_mnemonic(uint64_t vector); /* "PF" */
bool trap_has_error_code(uint64_t vector);
const char *suberror_name(uint64_t suberror); /* of KVM_EXIT_INTERNAL_ERROR: "emulation failure" */

#endif

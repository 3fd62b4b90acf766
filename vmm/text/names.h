/* SPDX-License-Identifier: MIT */
/*
 * The names of the numbers in records, from the tables in include/ringside and one table of ports. NULL where a number
 * has no name. Asked by every printer and exporter.
 */
#ifndef VMM_TEXT_NAMES_H
#define VMM_TEXT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

const char *exit_name(unsigned reason);			/* "IO" */
const char *event_name(unsigned event);			/* enum ringside_event: "return" */
const char *event_step(unsigned event);			/* the textbook's words: "return-from-trap" */
const char *event_argument(unsigned event, unsigned i); /* of argument 0 or 1, as in ringside/events.h */
const char *syscall_name(uint64_t number);		/* "write" */
const char *trap_name(uint64_t vector);			/* "page fault" */
const char *trap_mnemonic(uint64_t vector);		/* "PF" */
const char *signal_name(uint64_t number);		/* "KILL" */
const char *suberror_name(uint64_t suberror);		/* of KVM_EXIT_INTERNAL_ERROR: "emulation failure" */

struct port {
	uint16_t number;
	bool text;	     /* characters go through the port */
	const char *read;    /* the register that a read reaches: "COM1 LSR" */
	const char *written; /* the register that a write reaches */
};

/* What a PC has at an I/O port; NULL for a port without a known use. */
const struct port *port_find(uint16_t number);

#endif

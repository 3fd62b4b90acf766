/* SPDX-License-Identifier: MIT */
/*
 * What the numbers in records are called. The names come from the tables in include/ringside and one
 * table of ports; every printer and exporter asks here. NULL where there is no name.
 */
#ifndef VMM_TEXT_NAMES_H
#define VMM_TEXT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

const char *exit_name(unsigned reason); /* "IO" */
const char *event_name(unsigned event); /* enum ringside_event: "return" */
const char *event_step(unsigned event); /* the textbook's words: "return-from-trap" */
const char *event_argument(unsigned event,
			   unsigned i);	      /* the name of its first or second, as ringside/events.h has it */
const char *syscall_name(uint64_t number);    /* "write" */
const char *trap_name(uint64_t vector);	      /* "page fault" */
const char *trap_mnemonic(uint64_t vector);   /* "PF" */
const char *signal_name(uint64_t number);     /* "KILL" */
const char *suberror_name(uint64_t suberror); /* of KVM_EXIT_INTERNAL_ERROR: "emulation failure" */

struct port {
	uint16_t number;
	bool text;	     /* what goes through it is characters */
	const char *read;    /* the register a read reaches: "COM1 LSR" */
	const char *written; /* and a write */
};

/* What is known to live at an I/O port of a PC. NULL for the others. */
const struct port *port_find(uint16_t number);

#endif

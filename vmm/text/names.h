/* SPDX-License-Identifier: MIT */
/*
 * What the numbers in records are called. The names come from the tables in include/ringside; every printer
 * and exporter asks here. NULL where there is no name. Registers of devices have theirs in devices/devices.h.
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
const char *suberror_name(uint64_t suberror); /* of KVM_EXIT_INTERNAL_ERROR: "emulation failure" */

#endif

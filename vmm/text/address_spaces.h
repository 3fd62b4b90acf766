/* SPDX-License-Identifier: MIT */
/*
 * Which process and which program each address space belongs to, as the guest's events have told up to the present
 * record. Takes a fixed amount of memory for any trace. Used by the text printer and by the tools.
 */
#ifndef VMM_TEXT_ADDRESS_SPACES_H
#define VMM_TEXT_ADDRESS_SPACES_H

#include <stdint.h>

#include "record/record.h"
#include "symbols/symbols.h"

enum { PROCESSES_MAX = 1024 }; /* address spaces in the list; one more replaces the oldest */

struct process {
	uint32_t frame; /* CR3 >> 12 */
	uint32_t pid;
	uint32_t other; /* after vfork: who has this address space in turn with `pid`; 0 = nobody */
	int image;	/* of the program in the symbols, or IMAGE_UNKNOWN */
};

/* The image of a process's program in the symbols; `process` may be NULL. */
static inline int process_image(const struct process *process)
{
	return process != NULL ? process->image : IMAGE_UNKNOWN;
}

struct processes {
	unsigned count;
	struct process list[PROCESSES_MAX]; /* oldest first */
};

/* Learns from an event about address spaces. `symbols` may be NULL. */
void processes_learn(struct processes *processes, const struct event_record *event, const struct symbols *symbols);

/* The process with that address space, or that pid; NULL = unknown. The pointer is valid until processes_learn(). */
const struct process *processes_by_frame(const struct processes *processes, uint32_t frame);
const struct process *processes_by_pid(const struct processes *processes, uint32_t pid);

#endif

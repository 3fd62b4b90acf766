/* SPDX-License-Identifier: MIT */
/*
 * `vmm run --count-ring0`: counts the instructions that the guest executes at CPL 0 by single-stepping it. Started by
 * run/run.c, called by the run loop as its stepper (machine/loop.h), reported by run/summary.c. A repeated string
 * instruction counts once.
 */
#ifndef VMM_DEBUG_COUNTER_H
#define VMM_DEBUG_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "debug/breakpoints.h"
#include "debug/instruction.h"
#include "kvm/vcpu.h"
#include "machine/guest_memory.h"
#include "machine/loop.h"
#include "symbols/symbols.h"

enum { COUNT_ENTRIES_SHOWN = 8 }; /* entries into ring 3 for which the report shows the count so far */

/* Visits to ring 0 (from ring 3 and back) that began at the same trap handler. */
struct counter_group {
	uint64_t entry;	    /* linear address of the handler */
	bool is_switch;	    /* the visits ended with another CR3 than they began with: a process switch */
	uint32_t *visits;   /* array: instructions of each visit */
	size_t count, room; /* elements used and allocated */
};

/* How a host steps into a trap; found out at the first trap. */
enum counter_way {
	COUNT_UNKNOWN,
	COUNT_BY_STEPS,	      /* the host emulates ring 0, so stepping continues in the trap handler */
	COUNT_BY_BREAKPOINTS, /* the host steps by the trap flag (RFLAGS.TF), which every trap clears, so breakpoints
				 are needed */
};

struct counter {
	struct stepper stepper; /* for the run loop */
	const struct memory *memory;
	struct vcpu *vcpu;
	enum counter_way way;
	struct breakpoints breakpoints;
	struct breakpoint *hit; /* the breakpoint that ended the last entry of the guest; NULL = none did */
	uint64_t total;		/* instructions at CPL 0 */
	uint64_t before_entry[COUNT_ENTRIES_SHOWN]; /* `total` at the first entries into ring 3 */
	uint64_t entries;			    /* entries into ring 3 so far */
	uint64_t unseen;	 /* visits whose beginning was missed, and refusals of the host to step */
	uint64_t position;	 /* linear RIP after the last exit */
	uint64_t cr3;		 /* CR3 after the last exit */
	struct instruction next; /* the instruction at `position` */
	bool in_ring3;
	bool is_unfinished; /* the last exit was inside an I/O instruction, which the VMM has completed */
	bool is_stepping;   /* single-stepping is on */
	bool is_visit;	    /* the beginning of the current visit was seen; the next three fields describe it */
	uint64_t visit_start, visit_entry, visit_cr3; /* `total`, address of the handler, and CR3 */
	struct counter_group *groups;
	size_t group_count, group_room;
};

/*
 * Begins to single-step the vCPU and fills in counter->stepper for the run loop. The counter must be zero-initialised
 * and must not move. Returns 0, or -1 with a line in *error when the host cannot single-step.
 */
int counter_start(struct counter *counter, const struct memory *memory, struct vcpu *vcpu, struct error *error);

/*
 * Prints the totals, and for each trap handler the number and lengths of visits; where there is no room, not the
 * minimum, then not the maximum. `symbols` may not be NULL.
 */
void counter_report(const struct counter *counter, const struct symbols *symbols, struct page *page);

#endif

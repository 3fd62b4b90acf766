/* SPDX-License-Identifier: MIT */
/*
 * `vmm run --count-ring0`: counts the instructions the guest executes at CPL 0, from single steps. A stepper of
 * the run loop (machine/loop.h). A repeated string instruction counts once.
 */
#ifndef VMM_DEBUG_COUNT_H
#define VMM_DEBUG_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "debug/instruction.h"
#include "debug/stops.h"
#include "kvm/vcpu.h"
#include "machine/guest_memory.h"
#include "machine/loop.h"
#include "symbols/symbols.h"

enum { COUNT_ENTRIES_SHOWN = 8 };

/* Visits to the kernel, from ring 3 and back, that came in by one handler. */
struct count_group {
	uint64_t entry;	  /* address of the handler */
	bool is_switch;	  /* CR3 was another one on the way out */
	uint32_t *visits; /* instructions in each */
	size_t count, room;
};

/* How a host steps into a trap, which the first one shows. */
enum count_way {
	COUNT_UNKNOWN,
	COUNT_BY_STEPS, /* it emulates ring 0, and steps there on its own */
	COUNT_BY_STOPS, /* by the processor's trap flag, which every trap clears */
};

struct counter {
	struct stepper stepper; /* for the run loop */
	const struct memory *memory;
	struct vcpu *vcpu;
	enum count_way way;
	struct stops stops;
	struct stop *stop;			    /* that ended the last entry; NULL = none did */
	uint64_t total;				    /* instructions at CPL 0 */
	uint64_t before_entry[COUNT_ENTRIES_SHOWN]; /* `total` at the first entries into ring 3 */
	uint64_t entries;			    /* into ring 3 */
	uint64_t unseen;	 /* visits whose beginning was not seen, and steps that were not to be had */
	uint64_t position;	 /* linear RIP after the last exit */
	uint64_t cr3;		 /* then */
	struct instruction next; /* the one at `position` */
	bool in_ring3;
	bool is_unfinished; /* the last exit was in the middle of an instruction, which the VMM has completed */
	bool is_stepping;   /* the vCPU */
	bool is_visit;	    /* the visit now has a known beginning */
	uint64_t visit_start, visit_entry, visit_cr3;
	struct count_group *groups;
	size_t group_count;
};

/*
 * Begins to step the vCPU; counter->stepper is for the loop then. -1 with a line in *error when the host cannot step.
 * The counter, zero-initialised, must not move.
 */
int counter_start(struct counter *counter, const struct memory *memory, struct vcpu *vcpu, struct error *error);

/* Says what has been counted: totals, and the visits to the kernel by the handler they came in by. */
void counter_report(const struct counter *counter, const struct symbols *symbols, FILE *out);

#endif

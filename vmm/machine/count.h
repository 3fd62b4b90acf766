/* SPDX-License-Identifier: MIT */
/*
 * `vmm run --count-ring0`: counts the instructions the guest executes at CPL 0, from single steps. The
 * run loop hands it every exit. A repeated string instruction counts once.
 */
#ifndef VMM_MACHINE_COUNT_H
#define VMM_MACHINE_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kvm/vcpu.h"
#include "machine/memory.h"
#include "trace/symbols.h"

enum { COUNT_ENTRIES_SHOWN = 8 };

/* Visits to the kernel, from ring 3 and back, that came in by one handler. */
struct count_group {
	uint64_t entry;	  /* address of the handler */
	bool is_switch;	  /* CR3 was another one on the way out */
	uint32_t *visits; /* instructions in each */
	size_t count, room;
};

struct counter {
	const struct memory *memory;
	const struct vcpu *vcpu;
	uint64_t total;				    /* instructions at CPL 0 */
	uint64_t before_entry[COUNT_ENTRIES_SHOWN]; /* `total` at the first entries into ring 3 */
	uint64_t entries;			    /* into ring 3 */
	uint64_t unseen;   /* visits whose beginning was not seen: the host did not step there */
	uint64_t position; /* linear RIP after the last exit */
	uint64_t cr3;	   /* then */
	bool is_started, in_ring3, has_moved_by_exit; /* that RIP is behind an instruction already counted */
	bool is_rep, is_leaving;		      /* of the instruction at `position`: repeats, goes to ring 3 */
	bool is_halt;				      /* and halts */
	bool is_visit;				      /* the visit now has a known beginning */
	uint64_t visit_start, visit_entry, visit_cr3;
	struct count_group *groups;
	size_t group_count;
};

void counter_init(struct counter *counter, const struct memory *memory, const struct vcpu *vcpu);
void counter_free(struct counter *counter);
/*
 * Puts right what a stepped HLT does to the exit reason on hosts that emulate ring 0: there the step over it
 * comes as KVM_EXIT_DEBUG, and the halt itself as the exit of some later instruction. Called before the exit
 * is handled.
 */
void counter_correct_halt(const struct counter *counter, struct kvm_run *run);

void counter_step(struct counter *counter, const struct kvm_run *run);
void counter_report(const struct counter *counter, const struct symbols *symbols, FILE *out);

#endif

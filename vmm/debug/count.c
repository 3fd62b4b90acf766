/* SPDX-License-Identifier: MIT */
/*
 * Counts by position, not by steps: an instruction has been executed when RIP has left it. So it does not
 * matter on which side of an I/O instruction a host reports the exit, nor whether it reports a step for it.
 */
#include "debug/count.h"

#include <string.h>

#include "machine/paging.h"

enum { MSR_LSTAR = 0xc0000082, RPL = 3 };

static void step(struct counter *counter, bool on)
{
	struct error ignored;

	if (vcpu_single_step(counter->vcpu, on, &ignored) < 0)
		counter->unseen++;
	counter->is_stepping = on;
}

int counter_start(struct counter *counter, const struct memory *memory, struct vcpu *vcpu, struct error *error)
{
	const struct kvm_sync_regs *registers = &vcpu->run->s.regs;
	const int failure = vcpu_fetch_registers(vcpu);

	if (failure != 0)
		return error_set(error, "cannot read the vCPU's registers: %s", strerror(failure));
	counter->memory = memory;
	counter->vcpu = vcpu;
	counter->position = paging_linear_rip(&registers->sregs, &registers->regs);
	counter->next = instruction_at(memory, registers, counter->position, -1);
	counter->is_stepping = true;
	return vcpu_single_step(vcpu, true, error);
}

/* The handler whose first instruction ends at `rip`; false when there is none, so some went by unseen. */
static bool find_handler(const struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip, uint64_t *handler)
{
	uint64_t handlers[GATES_MAX], best = UINT64_MAX;
	const unsigned count = gates_read(counter->memory, sregs, vcpu_msr(counter->vcpu, MSR_LSTAR), handlers);

	for (unsigned i = 0; i < count; i++) {
		if (rip - handlers[i] < best)
			best = rip - handlers[i];
	}
	*handler = rip - best;
	return best <= INSTRUCTION_MAX;
}

static void begin_visit(struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip)
{
	counter->in_ring3 = false;
	counter->visit_start = counter->total;
	counter->visit_cr3 = sregs->cr3;
	counter->visit_entry = rip;
	if (counter->stop != NULL) {
		counter->is_visit = true;
		return;
	}
	/* The host has stepped into the trap, over the handler's first instruction; or it has lost it. */
	counter->is_visit = counter->way == COUNT_BY_STEPS && find_handler(counter, sregs, rip, &counter->visit_entry);
	counter->unseen += !counter->is_visit;
	counter->total += rip != counter->visit_entry;
}

static void end_visit(struct counter *counter)
{
	if (counter->entries < COUNT_ENTRIES_SHOWN)
		counter->before_entry[counter->entries] = counter->total;
	counter->entries++;
	counter->in_ring3 = true;
	if (counter->is_visit)
		counter_add_visit(counter, counter->visit_entry, counter->cr3 != counter->visit_cr3,
				  (uint32_t)(counter->total - counter->visit_start));
	counter->is_visit = false;
}

/* What was executed between two exits at ring 0. */
static unsigned executed(const struct counter *counter, const struct kvm_run *run, uint64_t rip)
{
	const bool is_step = run->exit_reason == KVM_EXIT_DEBUG;

	if (counter->stop != NULL) /* a trap at ring 0: faults and interrupts come instead of the instruction */
		return counter->next.is_interrupt;
	if (rip == counter->position) /* a loop to itself, or no progress: some hosts step once too often */
		return is_step && counter->next.is_self;
	return counter->next.shadow_end != 0 && rip != counter->next.shadow_end ? 2 : 1;
}

/* From one exit at ring 0 to the next exit. */
static void step_from_ring0(struct counter *counter, const struct kvm_run *run, uint64_t rip, bool at_ring3)
{
	if (counter->next.is_leaving && (rip != counter->position || at_ring3)) {
		counter->total++;
		end_visit(counter);
		if (!at_ring3)
			begin_visit(counter, &run->s.regs.sregs, rip);
	} else {
		counter->total += executed(counter, run, rip);
	}
}

/*
 * A stop ends the entry by a HLT exit where the processor has executed it. A host that emulates ring 0 and steps
 * reports the step, and needs no stops.
 */
static void correct_stop(struct counter *counter, struct kvm_run *run, uint64_t rip)
{
	struct stop *stop = stops_find(&counter->stops, rip - 1), *ahead = stops_find(&counter->stops, rip);
	const bool is_stepped = run->exit_reason == KVM_EXIT_DEBUG && counter->way == COUNT_UNKNOWN;
	const bool is_kicked = run->exit_reason == KVM_EXIT_INTR || run->exit_reason == KVM_EXIT_IRQ_WINDOW_OPEN;

	/* An exit between the trap and the stop: that will be next. */
	counter->stop = is_kicked && ahead != NULL && ahead->is_set ? ahead : NULL;
	if (stop == NULL || !stop->is_set || (run->exit_reason != KVM_EXIT_HLT && !is_stepped))
		return;
	counter->stop = stop;
	counter->way = is_stepped ? COUNT_BY_STEPS : COUNT_BY_STOPS;
	stop_lift(stop);
	if (is_stepped)
		stops_lift_all(&counter->stops);
	run->exit_reason = KVM_EXIT_DEBUG;
	run->s.regs.regs.rip--;
	if (vcpu_put_registers(counter->vcpu) != 0)
		counter->unseen++;
}

void counter_correct_exit(struct counter *counter, struct kvm_run *run)
{
	const uint64_t rip = paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs);

	correct_stop(counter, run, rip);
	const bool is_after_sti = counter->next.is_sti && rip == counter->next.shadow_end + 1;
	if (counter->way == COUNT_BY_STOPS || counter->in_ring3 || counter->stop != NULL)
		return;
	if (run->exit_reason == KVM_EXIT_DEBUG && counter->next.is_halt && rip == counter->position + 1)
		run->exit_reason = KVM_EXIT_HLT;
	else if (run->exit_reason == KVM_EXIT_HLT && !counter->next.is_halt && !is_after_sti)
		run->exit_reason = KVM_EXIT_DEBUG;
}

bool counter_is_shadowed(const struct counter *counter, const struct kvm_run *run)
{
	return !counter->in_ring3 && counter->next.is_sti &&
	       paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs) == counter->next.shadow_end;
}

static void place_stops(struct counter *counter, const struct kvm_run *run)
{
	stops_place(&counter->stops, counter->memory, &run->s.regs.sregs, vcpu_msr(counter->vcpu, MSR_LSTAR),
		    paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs));
}

void counter_expect_interrupt(struct counter *counter, const struct kvm_run *run)
{
	if (counter->way == COUNT_UNKNOWN && counter->stop == NULL)
		place_stops(counter, run);
}

static void prepare_ring0(struct counter *counter, const struct kvm_run *run)
{
	const struct stop *stop = stops_find(&counter->stops, counter->position);

	counter->next = instruction_at(counter->memory, &run->s.regs, counter->position,
				       stop != NULL && stop->is_set ? stop->original : -1);
	if (counter->way != COUNT_BY_STEPS && counter->next.is_leaving)
		place_stops(counter, run);
	else if (counter->way == COUNT_BY_STOPS && counter->stop == NULL)
		stops_set(&counter->stops, STOPS_ALL);
	if (counter->way != COUNT_BY_STEPS || counter->stop != NULL)
		step(counter, true); /* again: what was executed may have loaded other flags */
}

/* Ring 3 is not counted. */
static void prepare_ring3(struct counter *counter)
{
	if (!counter->is_stepping || counter->way != COUNT_BY_STOPS)
		return;
	stops_set(&counter->stops, STOPS_ALL);
	step(counter, false);
}

void counter_step(struct counter *counter, const struct kvm_run *run)
{
	const struct kvm_sync_regs *registers = &run->s.regs;
	const uint64_t rip = paging_linear_rip(&registers->sregs, &registers->regs);
	const bool at_ring3 = registers->sregs.ss.dpl == RPL;

	counter->is_unfinished = rip == counter->position && !at_ring3 &&
				 (run->exit_reason == KVM_EXIT_IO || run->exit_reason == KVM_EXIT_MMIO);
	if (!counter->in_ring3) {
		step_from_ring0(counter, run, rip, at_ring3);
	} else if (!at_ring3) {
		begin_visit(counter, &registers->sregs, rip);
	}
	counter->position = rip;
	counter->cr3 = registers->sregs.cr3;
	if (counter->in_ring3)
		prepare_ring3(counter);
	else
		prepare_ring0(counter, run);
}

void counter_end(struct counter *counter)
{
	stops_lift_all(&counter->stops);
	counter->total += counter->is_unfinished;
}

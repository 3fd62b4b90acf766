/* SPDX-License-Identifier: MIT */
/*
 * Counts ring-0 instructions: see counter.h. The count depends on the position of RIP, not on the number of single-step
 * exits: an instruction has been executed when RIP has left it. So it does not matter whether a host reports the exit
 * of an I/O instruction before or after RIP has moved, nor whether it reports a step for that instruction as well.
 *
 * Two kinds of host differ in how they step into a trap (enum counter_way), and the first trap tells which this host
 * is. Until then, and on hosts of the second kind always, breakpoints (debug/breakpoints.h) mark the trap handlers.
 */
#include "debug/counter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "machine/paging.h"

enum { MSR_LSTAR = 0xc0000082, RPL = 3, GROUPS_MAX = 1024, VISITS_MAX = 1 << 30 };

/* Turns single-stepping on or off. A refusal makes the count inexact, which counter_report() says. */
static void set_stepping(struct counter *counter, bool on)
{
	struct error ignored;

	if (vcpu_single_step(counter->vcpu, on, &ignored) < 0)
		counter->unseen++;
	counter->is_stepping = on;
}

/* ---- visits to ring 0, grouped by trap handler ---- */

/* Finds or adds a group. NULL: there is no memory, or the table is full. */
static struct counter_group *group_of(struct counter *counter, uint64_t entry, bool is_switch)
{
	for (size_t i = 0; i < counter->group_count; i++) {
		if (counter->groups[i].entry == entry && counter->groups[i].is_switch == is_switch)
			return &counter->groups[i];
	}
	if (!array_reserve(&counter->groups, &counter->group_room, counter->group_count + 1, GROUPS_MAX,
			   sizeof(*counter->groups)))
		return NULL;
	struct counter_group *group = &counter->groups[counter->group_count++];
	*group = (struct counter_group){.entry = entry, .is_switch = is_switch};
	return group;
}

/* A visit for which there is no room counts as unseen, so that the report says that it does not know all of them. */
static void keep_visit(struct counter *counter, uint64_t handler, bool is_switch, uint32_t instructions)
{
	struct counter_group *group = group_of(counter, handler, is_switch);

	if (group != NULL &&
	    array_reserve(&group->visits, &group->room, group->count + 1, VISITS_MAX, sizeof(*group->visits)))
		group->visits[group->count++] = instructions;
	else
		counter->unseen++;
}

/* ---- counting from one exit to the next ---- */

/*
 * Finds the trap handler whose first instruction ends at `rip`. Returns false when there is none: more than one
 * instruction of the handler has then been executed unseen.
 */
static bool find_handler(const struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip, uint64_t *handler)
{
	uint64_t handlers[GATES_MAX], distance = UINT64_MAX;
	const unsigned count = gates_read(counter->memory, sregs, vcpu_msr(counter->vcpu, MSR_LSTAR), handlers);

	for (unsigned i = 0; i < count; i++) {
		if (rip - handlers[i] < distance)
			distance = rip - handlers[i];
	}
	*handler = rip - distance;
	return distance <= INSTRUCTION_MAX;
}

/* The guest has come from ring 3 to ring 0 and stands at `rip`. */
static void begin_visit(struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip)
{
	counter->in_ring3 = false;
	counter->visit_start = counter->total;
	counter->visit_cr3 = sregs->cr3;
	counter->visit_entry = rip;
	if (counter->hit != NULL) {
		counter->is_visit = true;
		return;
	}
	/*
	 * Without a breakpoint, the host has stepped into the trap and reports the end of the handler's first
	 * instruction, or it has missed the beginning of the visit.
	 */
	counter->is_visit = counter->way == COUNT_BY_STEPS && find_handler(counter, sregs, rip, &counter->visit_entry);
	counter->unseen += !counter->is_visit;
	counter->total += rip != counter->visit_entry;
}

/* The guest has returned to ring 3. */
static void end_visit(struct counter *counter)
{
	if (counter->entries < COUNT_ENTRIES_SHOWN)
		counter->before_entry[counter->entries] = counter->total;
	counter->entries++;
	counter->in_ring3 = true;
	if (counter->is_visit)
		keep_visit(counter, counter->visit_entry, counter->cr3 != counter->visit_cr3,
			   (uint32_t)(counter->total - counter->visit_start));
	counter->is_visit = false;
}

/* The number of instructions executed between two exits at ring 0, the second of them at `rip`. */
static unsigned instructions_between(const struct counter *counter, const struct kvm_run *run, uint64_t rip)
{
	const bool is_step = run->exit_reason == KVM_EXIT_DEBUG;

	if (counter->hit != NULL) /* a trap at ring 0: only INT is executed before its trap */
		return counter->next.is_interrupt;
	if (rip == counter->position) /* a jump to itself; or no progress, since some hosts report one step too many */
		return is_step && counter->next.is_self;
	return counter->next.shadow_end != 0 && rip != counter->next.shadow_end ? 2 : 1;
}

/* Counts what was executed between an exit at ring 0 and the next exit, at `rip`. */
static void step_from_ring0(struct counter *counter, const struct kvm_run *run, uint64_t rip, bool at_ring3)
{
	if (counter->next.is_leaving && (rip != counter->position || at_ring3)) {
		counter->total++;
		end_visit(counter);
		if (!at_ring3)
			begin_visit(counter, &run->s.regs.sregs, rip);
	} else {
		counter->total += instructions_between(counter, run, rip);
	}
}

/*
 * Recognises that a breakpoint has ended the entry, and hides this from the guest: RIP goes back to the handler's first
 * instruction, whose byte is restored. A processor that executed the breakpoint has caused a HLT exit. A host that
 * emulates ring 0 reports a step over the breakpoint instead; such a host needs no breakpoints, so all are lifted.
 */
static void correct_breakpoint(struct counter *counter, struct kvm_run *run, uint64_t rip)
{
	struct breakpoint *breakpoint = breakpoints_find(&counter->breakpoints, rip - 1),
			  *ahead = breakpoints_find(&counter->breakpoints, rip);
	const bool is_stepped = run->exit_reason == KVM_EXIT_DEBUG && counter->way == COUNT_UNKNOWN;
	const bool is_kicked = run->exit_reason == KVM_EXIT_INTR || run->exit_reason == KVM_EXIT_IRQ_WINDOW_OPEN;

	/* An exit between the trap and its handler: the breakpoint at `rip` comes next, so its trap is counted now. */
	counter->hit = is_kicked && ahead != NULL && ahead->is_set ? ahead : NULL;
	if (breakpoint == NULL || !breakpoint->is_set || (run->exit_reason != KVM_EXIT_HLT && !is_stepped))
		return;
	counter->hit = breakpoint;
	counter->way = is_stepped ? COUNT_BY_STEPS : COUNT_BY_BREAKPOINTS;
	breakpoint_lift(breakpoint);
	if (is_stepped)
		breakpoints_lift_all(&counter->breakpoints);
	run->exit_reason = KVM_EXIT_DEBUG;
	run->s.regs.regs.rip--;
	if (vcpu_put_registers(counter->vcpu) != 0)
		counter->unseen++;
}

/*
 * Corrects exit reasons that counting has changed. A HLT exit at a breakpoint is not a halt of the guest. On hosts that
 * emulate ring 0, the step over the guest's own HLT is reported as KVM_EXIT_DEBUG, and the halt as the exit of a later
 * instruction.
 */
static void correct_exit(void *context, struct kvm_run *run)
{
	struct counter *counter = context;
	const uint64_t rip = paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs);

	correct_breakpoint(counter, run, rip);
	const bool is_after_sti = counter->next.is_sti && rip == counter->next.shadow_end + 1;
	if (counter->way == COUNT_BY_BREAKPOINTS || counter->in_ring3 || counter->hit != NULL)
		return;
	if (run->exit_reason == KVM_EXIT_DEBUG && counter->next.is_halt && rip == counter->position + 1)
		run->exit_reason = KVM_EXIT_HLT;
	else if (run->exit_reason == KVM_EXIT_HLT && !counter->next.is_halt && !is_after_sti)
		run->exit_reason = KVM_EXIT_DEBUG;
}

/*
 * Whether the last instruction was STI, after which the processor takes no interrupt for one instruction (Intel SDM
 * vol. 2B, STI). Single-stepping ends that interrupt shadow, so the counter must keep it.
 */
static bool is_shadowed(const struct counter *counter, const struct kvm_run *run)
{
	return !counter->in_ring3 && counter->next.is_sti &&
	       paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs) == counter->next.shadow_end;
}

static void place_breakpoints(struct counter *counter, const struct kvm_run *run)
{
	breakpoints_place(&counter->breakpoints, counter->memory, &run->s.regs.sregs,
			  vcpu_msr(counter->vcpu, MSR_LSTAR), paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs));
}

static bool may_inject(void *context, const struct kvm_run *run)
{
	struct counter *counter = context;

	if (is_shadowed(counter, run))
		return false;
	if (counter->way == COUNT_UNKNOWN && counter->hit == NULL)
		place_breakpoints(counter, run);
	return true;
}

static void prepare_ring0(struct counter *counter, const struct kvm_run *run)
{
	const struct breakpoint *breakpoint = breakpoints_find(&counter->breakpoints, counter->position);

	counter->next = instruction_at(counter->memory, &run->s.regs, counter->position,
				       breakpoint != NULL && breakpoint->is_set ? breakpoint->original : -1);
	if (counter->way != COUNT_BY_STEPS && counter->next.is_leaving)
		place_breakpoints(counter, run);
	else if (counter->way == COUNT_BY_BREAKPOINTS && counter->hit == NULL)
		breakpoints_set(&counter->breakpoints, BREAKPOINTS_ALL);
	if (counter->way != COUNT_BY_STEPS || counter->hit != NULL)
		set_stepping(counter, true); /* the last instruction may have cleared the trap flag in RFLAGS */
}

/* Ring 3 runs at full speed where breakpoints bring back the counter; other hosts step through it, uncounted. */
static void prepare_ring3(struct counter *counter)
{
	if (!counter->is_stepping || counter->way != COUNT_BY_BREAKPOINTS)
		return;
	breakpoints_set(&counter->breakpoints, BREAKPOINTS_ALL);
	set_stepping(counter, false);
}

static void count_exit(void *context, const struct kvm_run *run)
{
	struct counter *counter = context;
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

/* Restores the guest's memory. */
static void end_counting(void *context)
{
	struct counter *counter = context;

	breakpoints_lift_all(&counter->breakpoints);
	counter->total += counter->is_unfinished;
}

int counter_start(struct counter *counter, const struct memory *memory, struct vcpu *vcpu, struct error *error)
{
	const struct kvm_sync_regs *registers = &vcpu->run->s.regs;
	const int failure = vcpu_fetch_registers(vcpu);

	if (failure != 0)
		return error_set(error, "cannot read the vCPU's registers: %s", strerror(failure));
	counter->stepper = (struct stepper){correct_exit, may_inject, count_exit, end_counting, counter};
	counter->memory = memory;
	counter->vcpu = vcpu;
	counter->position = paging_linear_rip(&registers->sregs, &registers->regs);
	counter->next = instruction_at(memory, registers, counter->position, -1);
	counter->is_stepping = true;
	return vcpu_single_step(vcpu, true, error);
}

/* ---- the report ---- */

static int compare_visits(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static const struct table_column columns[] = {
	{"  from ring 3 and back, by handler", 34, 0, true},
	{"switch", 6, 0, true},
	{"visits", 7, 0, false},
	{"min", 8, 2, false},
	{"median", 8, 0, false},
	{"max", 8, 1, false},
};

static void report_group(const struct counter_group *group, const struct symbols *symbols, const struct table *table)
{
	enum { CELL_SIZE = 64 };
	char text[COUNT(columns)][CELL_SIZE];
	const char *cells[COUNT(columns)];
	uint64_t offset = 0;
	const char *name = symbols_lookup(symbols, 0, group->entry, &offset);

	if (group->count == 0)
		return;
	qsort(group->visits, group->count, sizeof(*group->visits), compare_visits);
	const uint64_t numbers[] = {group->count, group->visits[0], group->visits[group->count / 2],
				    group->visits[group->count - 1]};
	if (name != NULL && offset == 0)
		snprintf(text[0], CELL_SIZE, "  %s", name);
	else
		snprintf(text[0], CELL_SIZE, "  0x%" PRIx64, group->entry);
	snprintf(text[1], CELL_SIZE, "%s", group->is_switch ? "yes" : "no");
	for (unsigned i = 0; i < COUNT(numbers); i++)
		snprintf(text[2 + i], CELL_SIZE, "%" PRIu64, numbers[i]);
	for (unsigned i = 0; i < COUNT(columns); i++)
		cells[i] = text[i];
	table_row(table, cells);
}

void counter_report(const struct counter *counter, const struct symbols *symbols, struct page *page)
{
	const unsigned shown =
		counter->entries < COUNT_ENTRIES_SHOWN ? (unsigned)counter->entries : COUNT_ENTRIES_SHOWN;
	const bool is_exact = counter->unseen == 0 && (counter->entries == 0 || counter->group_count > 0);
	struct layout entries;
	struct table table;

	if (counter->entries > 0)
		page_print(page, 2, "ring-0 instructions from kernel entry to the first ring-3 instruction: %" PRIu64,
			   counter->before_entry[0]);
	if (!is_exact) {
		page_print(page, 2, "visits to ring 0 are not counted: this host does not single-step into traps");
		return;
	}
	layout_start(&entries, TTY_FILE);
	for (unsigned i = 0; i < shown; i++)
		layout_decimal(&entries, " ", counter->before_entry[i]);
	if (shown == 0)
		layout_text(&entries, " none");
	page_print(page, 2, "ring-0 instructions in all: %" PRIu64 "; before the first entries to ring 3:%.*s",
		   counter->total, (int)entries.length, entries.text);
	if (counter->group_count == 0)
		return;
	table_start(&table, page, columns, COUNT(columns));
	table_titles(&table);
	for (size_t i = 0; i < counter->group_count; i++)
		report_group(&counter->groups[i], symbols, &table);
}

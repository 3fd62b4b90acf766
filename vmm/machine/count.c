/* SPDX-License-Identifier: MIT */
/*
 * Counts by position, not by steps: an instruction has been executed when RIP has left it. So it does not
 * matter on which side of an I/O instruction a host reports the exit, nor whether it reports a step for it.
 */
#include "machine/count.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/paging.h"

enum {
	MSR_LSTAR = 0xc0000082,
	INSTRUCTION_MAX = 15, /* bytes (Intel SDM vol. 2A, 2.3.11) */
	GATES = 256,
	GROUPS_MAX = 1024,
	OPCODE_TWO_BYTE = 0x0f,
	OPCODE_IRET = 0xcf,
	OPCODE_HLT = 0xf4,
	OPCODE_SYSRET = 0x07,  /* after 0x0f */
	OPCODE_SYSEXIT = 0x35, /* after 0x0f */
	REX_W = 0x48,
	RPL = 3,
};

/* A 64-bit interrupt or trap gate (Intel SDM vol. 3A, figure 6-8). */
struct gate {
	uint16_t offset_low, selector, type, offset_middle;
	uint32_t offset_high, reserved;
};

struct instruction {
	bool is_rep, has_rex_w, has_operand_size;
	uint8_t opcode, second;
};

void counter_init(struct counter *counter, const struct memory *memory, const struct vcpu *vcpu)
{
	*counter = (struct counter){.memory = memory, .vcpu = vcpu};
}

void counter_free(struct counter *counter)
{
	for (size_t i = 0; i < counter->group_count; i++)
		free(counter->groups[i].visits);
	free(counter->groups);
	counter->groups = NULL;
	counter->group_count = 0;
}

static bool is_prefix(uint8_t byte, bool long_mode)
{
	return (byte != 0 && strchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte) != NULL) ||
	       (long_mode && (byte & 0xf0) == 0x40);
}

static struct instruction decode(const struct counter *counter, const struct kvm_sregs *sregs, uint64_t at)
{
	uint8_t bytes[INSTRUCTION_MAX + 1] = {0};
	struct instruction instruction = {0};
	unsigned i = 0;

	paging_read(counter->memory, sregs, at, bytes, INSTRUCTION_MAX);
	for (; i < INSTRUCTION_MAX - 1 && is_prefix(bytes[i], sregs->cs.l); i++) {
		instruction.is_rep |= bytes[i] == 0xf2 || bytes[i] == 0xf3;
		instruction.has_operand_size |= bytes[i] == 0x66;
		instruction.has_rex_w |= sregs->cs.l && (bytes[i] & REX_W) == REX_W && bytes[i] < 0x50;
	}
	instruction.opcode = bytes[i];
	instruction.second = bytes[i + 1];
	return instruction;
}

static bool is_string(uint8_t opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) ||
	       (opcode >= 0xaa && opcode <= 0xaf);
}

/* Whether the instruction about to be executed at CPL 0 returns to ring 3. */
static bool leaves(const struct counter *counter, const struct kvm_sync_regs *registers, struct instruction instruction)
{
	const unsigned word = instruction.has_rex_w ? 8 : instruction.has_operand_size ? 2 : 4;
	uint16_t selector = 0;

	if (instruction.opcode == OPCODE_TWO_BYTE)
		return instruction.second == OPCODE_SYSRET || instruction.second == OPCODE_SYSEXIT;
	if (instruction.opcode != OPCODE_IRET)
		return false;
	const uint64_t stack = registers->sregs.cs.l ? registers->regs.rsp
						     : (uint32_t)(registers->sregs.ss.base + registers->regs.rsp);
	paging_read(counter->memory, &registers->sregs, stack + word, &selector, sizeof(selector));
	return (selector & RPL) == RPL;
}

/* The handler whose first instruction ends at `rip`; false when there is none, so some went by unseen. */
static bool find_handler(const struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip, uint64_t *handler)
{
	struct gate gates[GATES];
	uint64_t best = vcpu_msr(counter->vcpu, MSR_LSTAR);
	const unsigned count =
		paging_read(counter->memory, sregs, sregs->idt.base, gates, sizeof(gates)) / sizeof(*gates);

	for (unsigned i = 0; i < count; i++) {
		const uint64_t offset = gates[i].offset_low | (uint64_t)gates[i].offset_middle << 16 |
					(uint64_t)gates[i].offset_high << 32;
		if (rip - offset < rip - best)
			best = offset;
	}
	*handler = best;
	return rip - best <= INSTRUCTION_MAX;
}

static void begin_visit(struct counter *counter, const struct kvm_sregs *sregs, uint64_t rip)
{
	counter->in_ring3 = false;
	counter->visit_start = counter->total;
	counter->visit_cr3 = sregs->cr3;
	counter->is_visit = find_handler(counter, sregs, rip, &counter->visit_entry);
	counter->unseen += !counter->is_visit;
}

static struct count_group *group_of(struct counter *counter, uint64_t entry, bool is_switch)
{
	for (size_t i = 0; i < counter->group_count; i++) {
		if (counter->groups[i].entry == entry && counter->groups[i].is_switch == is_switch)
			return &counter->groups[i];
	}
	struct count_group *grown = counter->group_count < GROUPS_MAX
					    ? reallocarray(counter->groups, counter->group_count + 1, sizeof(*grown))
					    : NULL;
	if (grown == NULL)
		return NULL;
	counter->groups = grown;
	grown[counter->group_count] = (struct count_group){.entry = entry, .is_switch = is_switch};
	return &grown[counter->group_count++];
}

static void add_visit(struct count_group *group, uint32_t instructions)
{
	enum { FIRST_ROOM = 64 };

	if (group->count == group->room) {
		const size_t room = group->room > 0 ? group->room * 2 : FIRST_ROOM;
		uint32_t *grown = reallocarray(group->visits, room, sizeof(*grown));

		if (grown == NULL)
			return;
		group->visits = grown;
		group->room = room;
	}
	group->visits[group->count++] = instructions;
}

static void end_visit(struct counter *counter)
{
	if (counter->entries < COUNT_ENTRIES_SHOWN)
		counter->before_entry[counter->entries] = counter->total;
	counter->entries++;
	counter->in_ring3 = true;
	if (!counter->is_visit)
		return;
	counter->is_visit = false;
	struct count_group *group = group_of(counter, counter->visit_entry, counter->cr3 != counter->visit_cr3);
	if (group != NULL)
		add_visit(group, (uint32_t)(counter->total - counter->visit_start));
}

/* From one exit at ring 0 to the next exit. */
static void step_from_ring0(struct counter *counter, const struct kvm_run *run, uint64_t rip, bool at_ring3)
{
	const bool is_step = run->exit_reason == KVM_EXIT_DEBUG;
	const bool has_moved = rip != counter->position;
	const bool is_loop_to_itself = is_step && !counter->is_rep && !counter->has_moved_by_exit;

	if (counter->is_leaving && (has_moved || at_ring3)) {
		counter->total++;
		end_visit(counter);
		if (!at_ring3) {
			begin_visit(counter, &run->s.regs.sregs, rip);
			counter->total++;
		}
	} else if (has_moved || is_loop_to_itself) {
		counter->total++;
	}
	counter->has_moved_by_exit = !is_step && (has_moved || counter->has_moved_by_exit);
}

void counter_correct_halt(const struct counter *counter, struct kvm_run *run)
{
	const uint64_t rip = paging_linear_rip(&run->s.regs.sregs, &run->s.regs.regs);

	if (!counter->is_started || counter->in_ring3)
		return;
	if (run->exit_reason == KVM_EXIT_DEBUG && counter->is_halt && rip == counter->position + 1)
		run->exit_reason = KVM_EXIT_HLT;
	else if (run->exit_reason == KVM_EXIT_HLT && !counter->is_halt)
		run->exit_reason = KVM_EXIT_DEBUG;
}

void counter_step(struct counter *counter, const struct kvm_run *run)
{
	const struct kvm_sync_regs *registers = &run->s.regs;
	const uint64_t rip = paging_linear_rip(&registers->sregs, &registers->regs);
	const bool at_ring3 = registers->sregs.ss.dpl == RPL;

	if (!counter->is_started) {
		counter->is_started = true;
		counter->total = 1;
	} else if (!counter->in_ring3) {
		step_from_ring0(counter, run, rip, at_ring3);
	} else if (!at_ring3) {
		begin_visit(counter, &registers->sregs, rip);
		counter->total++;
	}
	counter->position = rip;
	counter->cr3 = registers->sregs.cr3;
	if (counter->in_ring3)
		return;
	const struct instruction instruction = decode(counter, &registers->sregs, rip);
	counter->is_rep = instruction.is_rep && is_string(instruction.opcode);
	counter->is_halt = instruction.opcode == OPCODE_HLT;
	counter->is_leaving = leaves(counter, registers, instruction);
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void report_group(const struct count_group *group, const struct symbols *symbols, FILE *out)
{
	uint64_t offset = 0;
	const char *name = symbols_lookup(symbols, 0, group->entry, &offset);
	char address[sizeof("0x0123456789abcdef")];

	if (group->count == 0)
		return;
	snprintf(address, sizeof(address), "0x%" PRIx64, group->entry);
	qsort(group->visits, group->count, sizeof(*group->visits), compare);
	fprintf(out, "  %-32s %-6s %8zu %8u %8u %8u\n", name != NULL && offset == 0 ? name : address,
		group->is_switch ? "yes" : "no", group->count, group->visits[0], group->visits[group->count / 2],
		group->visits[group->count - 1]);
}

void counter_report(const struct counter *counter, const struct symbols *symbols, FILE *out)
{
	const unsigned shown =
		counter->entries < COUNT_ENTRIES_SHOWN ? (unsigned)counter->entries : COUNT_ENTRIES_SHOWN;
	const bool is_exact = counter->unseen == 0 && (counter->entries == 0 || counter->group_count > 0);

	if (counter->entries > 0)
		fprintf(out, "ring-0 instructions from kernel entry to the first ring-3 instruction: %" PRIu64 "\n",
			counter->before_entry[0]);
	if (!is_exact) {
		fputs("visits to ring 0 are not counted: this host does not single-step into traps\n", out);
		return;
	}
	fprintf(out, "ring-0 instructions in all: %" PRIu64 "; before the first entries to ring 3:", counter->total);
	for (unsigned i = 0; i < shown; i++)
		fprintf(out, " %" PRIu64, counter->before_entry[i]);
	fprintf(out, "%s\n", shown == 0 ? " none" : "");
	if (counter->group_count == 0)
		return;
	fprintf(out, "  %-32s %-6s %8s %8s %8s %8s\n", "from ring 3 and back, by handler", "switch", "visits", "min",
		"median", "max");
	for (size_t i = 0; i < counter->group_count; i++)
		report_group(&counter->groups[i], symbols, out);
}

/* SPDX-License-Identifier: MIT */
/* Prints the crash report, section by section: see crash.h. crash_report() at the end shows their order. */
#include "run/crash.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "machine/paging.h"
#include "text/names.h"
#include "text/text.h"

enum {
	CODE_BEFORE = 24, /* bytes shown before RIP */
	CODE_AFTER = 24,  /* bytes shown from RIP on */
	RECORDS_SHOWN = 16,
	SYMBOL_SIZE = 96,
	RESET_RIP = 0xfff0,
	CR0_PE = 1,
};

#define RESET_CS_BASE 0xffff0000u

/*
 * Whether the vCPU is in the state of a processor after reset (Intel SDM vol. 3A, table 10-1). AMD's processors leave
 * no registers after a triple fault, so KVM resets the vCPU.
 */
static bool is_reset(const struct kvm_run *vcpu)
{
	return vcpu->exit_reason == KVM_EXIT_SHUTDOWN && vcpu->s.regs.regs.rip == RESET_RIP &&
	       vcpu->s.regs.sregs.cs.base == RESET_CS_BASE && !(vcpu->s.regs.sregs.cr0 & CR0_PE);
}

static void print_headline(const struct run *run, FILE *out)
{
	const struct kvm_run *vcpu = run->vcpu.run;
	const char *name;

	if (is_reset(vcpu)) {
		fprintf(out, "vmm: %s; this host's KVM has then reset the vCPU, so its registers are lost\n",
			ending_words(run->board.ending));
		return;
	}
	fprintf(out, "vmm: %s at RIP 0x%" PRIx64, ending_words(run->board.ending), (uint64_t)vcpu->s.regs.regs.rip);
	switch (run->board.ending) {
	case ENDING_DEAD_HALT:
		fputs(": nothing can wake it", out);
		break;
	case ENDING_ENTRY_FAILURE:
		fprintf(out, ": hardware reason 0x%" PRIx64, (uint64_t)vcpu->fail_entry.hardware_entry_failure_reason);
		break;
	case ENDING_INTERNAL_ERROR:
		name = suberror_name(vcpu->internal.suberror);
		fprintf(out, ": %s (suberror %u)", name != NULL ? name : "internal error", vcpu->internal.suberror);
		break;
	case ENDING_UNEXPECTED_EXIT:
		fprintf(out, ": exit reason %u", vcpu->exit_reason);
		break;
	case ENDING_RUN_FAILURE:
		fprintf(out, ": %s", strerror(run->loop.failure));
		break;
	default:
		break;
	}
	fputc('\n', out);
}

static void print_bytes(const uint8_t *bytes, unsigned count, FILE *out)
{
	for (unsigned i = 0; i < count; i++)
		fprintf(out, " %02x", bytes[i]);
}

static void print_internal_error(const struct kvm_run *run, FILE *out)
{
	const unsigned room = sizeof(run->internal.data) / sizeof(run->internal.data[0]);
	const unsigned count = run->internal.ndata < room ? run->internal.ndata : room;

	if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION && count > 0 &&
	    run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES &&
	    run->emulation_failure.insn_size <= sizeof(run->emulation_failure.insn_bytes)) {
		fputs("  could not emulate", out);
		print_bytes(run->emulation_failure.insn_bytes, run->emulation_failure.insn_size, out);
		fputc('\n', out);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "  data[%u] 0x%" PRIx64 "\n", i, (uint64_t)run->internal.data[i]);
}

static void print_registers(const struct kvm_run *run, FILE *out)
{
	const struct kvm_regs *r = &run->s.regs.regs;
	const struct kvm_sregs *s = &run->s.regs.sregs;
	/* clang-format off */
	const struct {
		const char *name;
		uint64_t value;
	} registers[] = {
		{"RIP", r->rip},     {"RSP", r->rsp},     {"RBP", r->rbp},     {"RFLAGS", r->rflags},
		{"RAX", r->rax},     {"RBX", r->rbx},     {"RCX", r->rcx},     {"RDX", r->rdx},
		{"RSI", r->rsi},     {"RDI", r->rdi},     {"R8", r->r8},       {"R9", r->r9},
		{"R10", r->r10},     {"R11", r->r11},     {"R12", r->r12},     {"R13", r->r13},
		{"R14", r->r14},     {"R15", r->r15},     {"FS", s->fs.base},  {"GS", s->gs.base},
		{"CR0", s->cr0},     {"CR2", s->cr2},     {"CR3", s->cr3},     {"CR4", s->cr4},
		{"EFER", s->efer},   {"GDT", s->gdt.base}, {"IDT", s->idt.base}, {"TR", s->tr.base},
	};
	/* clang-format on */
	enum { COLUMNS = 4 };

	for (unsigned i = 0; i < COUNT(registers); i++)
		fprintf(out, "  %-6s %016" PRIx64 "%s", registers[i].name, registers[i].value,
			i % COLUMNS == COLUMNS - 1 ? "\n" : "");
	fprintf(out, "  CPL %u  selectors CS %04x SS %04x DS %04x ES %04x FS %04x GS %04x TR %04x\n", s->ss.dpl,
		s->cs.selector, s->ss.selector, s->ds.selector, s->es.selector, s->fs.selector, s->gs.selector,
		s->tr.selector);
}

/* Prints the code around RIP as a Linux oops does: the byte at RIP in angle brackets, "??" for an unmapped byte. */
static void print_code(const struct run *run, FILE *out)
{
	const struct kvm_sregs *sregs = &run->vcpu.run->s.regs.sregs;
	const uint64_t rip = paging_linear_rip(sregs, &run->vcpu.run->s.regs.regs);

	fputs("  code", out);
	for (int at = -CODE_BEFORE; at < CODE_AFTER; at++) {
		const char *format = at == 0 ? " <%s>" : " %s";
		char text[sizeof("??")] = "??";
		uint8_t byte;

		if (paging_read(&run->memory, sregs, rip + (uint64_t)at, &byte, 1) == 1)
			snprintf(text, sizeof(text), "%02x", byte);
		fprintf(out, format, text);
	}
	fputc('\n', out);
}

static void print_step(const struct paging_step *step, FILE *out)
{
	const uint64_t entry = step->entry;

	fprintf(out, "  %4s[%3u] at 0x%09" PRIx64 ": ", step->table, step->index, step->address);
	if (!step->is_readable)
		fputs("outside RAM\n", out);
	else if (!(entry & PAGING_PRESENT))
		fprintf(out, "%016" PRIx64 "  not present\n", entry);
	else
		fprintf(out, "%016" PRIx64 "  %s %s%s%s\n", entry, entry & PAGING_USER ? "user" : "supervisor",
			entry & PAGING_WRITABLE ? "writable" : "read-only",
			entry & PAGING_NO_EXECUTE ? " no-execute" : "", entry & PAGING_LARGE ? " large" : "");
}

static void print_walk(const struct run *run, FILE *out)
{
	const struct kvm_sregs *sregs = &run->vcpu.run->s.regs.sregs;
	const uint64_t rip = paging_linear_rip(sregs, &run->vcpu.run->s.regs.regs);
	struct paging_walk walk;

	paging_walk(&run->memory, sregs, rip, &walk);
	fprintf(out, "  RIP's page, %s:\n", walk.mode);
	for (unsigned i = 0; i < walk.count; i++)
		print_step(&walk.steps[i], out);
	if (!walk.is_mapped)
		fputs("  not mapped\n", out);
	else
		fprintf(out, "  maps to 0x%" PRIx64 "%s\n", walk.physical,
			memory_translate(&run->memory, walk.physical, 1) != NULL ? "" : ", outside RAM");
}

/*
 * Gives the printer all records of the flight recorder, because the older ones tell which process runs in which address
 * space, but prints only the last RECORDS_SHOWN.
 */
static void print_records(const struct run *run, struct text_printer *printer)
{
	const struct recorder *recorder = &run->recorder;
	const union record *record;
	unsigned held = 0, exits = 0;

	while ((record = recorder_last(recorder, held)) != NULL) {
		exits += !record_is_event(record);
		held++;
	}
	text_sequence(printer, recorder_exits(recorder) - exits + 1);
	for (unsigned n = held; n-- > RECORDS_SHOWN;)
		text_skip(printer, recorder_last(recorder, n));
	text_header(printer);
	for (unsigned n = held < RECORDS_SHOWN ? held : RECORDS_SHOWN; n-- > 0;)
		text_record(printer, recorder_last(recorder, n));
	text_flush(printer);
}

static void print_symbol(struct text_printer *printer, uint32_t frame, uint64_t rip, FILE *out)
{
	char symbol[SYMBOL_SIZE] = "";

	if (printer != NULL)
		text_symbol(printer, frame, rip, symbol, sizeof(symbol));
	if (symbol[0] != '\0')
		fprintf(out, "  in %s\n", symbol);
}

static void print_state(const struct run *run, struct text_printer *printer, FILE *out)
{
	const struct kvm_sync_regs *registers = &run->vcpu.run->s.regs;

	print_symbol(printer, (uint32_t)(registers->sregs.cr3 >> CR3_FRAME_SHIFT), registers->regs.rip, out);
	print_registers(run->vcpu.run, out);
	print_code(run, out);
}

/* What the last exit before the one that reset the vCPU has left of its registers. */
static void print_last_known(const struct run *run, struct text_printer *printer, FILE *out)
{
	const union record *record;
	unsigned n = 1;

	while ((record = recorder_last(&run->recorder, n)) != NULL && record_is_event(record))
		n++;
	if (record == NULL)
		return;
	fprintf(out, "  at the exit before, RIP was %016" PRIx64, record->exit.rip);
	if (exit_cpl(&record->exit) != CPL_UNKNOWN)
		fprintf(out, ", CR3 %08" PRIx32 "000, CPL %u", record->exit.frame, exit_cpl(&record->exit));
	fputc('\n', out);
	print_symbol(printer, record->exit.frame, record->exit.rip, out);
}

void crash_place(const struct run *run, FILE *out)
{
	struct text_printer *printer = text_new(out, &run->clock, run->symbols, false);

	fprintf(out, "vmm: %s; the guest is at RIP 0x%" PRIx64 "\n", ending_words(run->board.ending),
		(uint64_t)run->vcpu.run->s.regs.regs.rip);
	print_state(run, printer, out);
	text_free(printer);
}

void crash_report(const struct run *run, FILE *out)
{
	const struct kvm_run *vcpu = run->vcpu.run;
	struct text_printer *printer = text_new(out, &run->clock, run->symbols, false);

	print_headline(run, out);
	if (run->board.ending == ENDING_INTERNAL_ERROR)
		print_internal_error(vcpu, out);
	if (is_reset(vcpu)) {
		print_last_known(run, printer, out);
	} else {
		print_state(run, printer, out);
		print_walk(run, out);
	}
	if (printer != NULL && recorder_last(&run->recorder, 0) != NULL) {
		fputs("  the last records:\n", out);
		print_records(run, printer);
	}
	text_free(printer);
}

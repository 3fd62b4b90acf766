/* SPDX-License-Identifier: MIT */
/* Prints the crash report, section by section: see crash.h. crash_report() at the end shows their order. */
#include "run/crash.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/table.h"
#include "machine/paging.h"
#include "text/names.h"
#include "text/text.h"

enum {
	REGISTERS_A_LINE = 4,
	REGISTER_WIDTH = 25, /* columns */
	CODE_BEFORE = 24,    /* bytes shown before RIP */
	CODE_AFTER = 24,     /* bytes shown from RIP on */
	RECORDS_SHOWN = 16,
	SYMBOL_SIZE = 96,
};

static void print_headline(const struct run *run, struct page *page)
{
	const struct kvm_run *vcpu = run->vcpu.run;
	char reason[128] = "";
	const char *name;

	switch (run->board.ending) {
	case ENDING_DEAD_HALT:
		snprintf(reason, sizeof(reason), ": nothing can wake it");
		break;
	case ENDING_ENTRY_FAILURE:
		snprintf(reason, sizeof(reason), ": hardware reason 0x%" PRIx64,
			 (uint64_t)vcpu->fail_entry.hardware_entry_failure_reason);
		break;
	case ENDING_INTERNAL_ERROR:
		name = suberror_name(vcpu->internal.suberror);
		snprintf(reason, sizeof(reason), ": %s (suberror %u)", name != NULL ? name : "internal error",
			 vcpu->internal.suberror);
		break;
	case ENDING_UNEXPECTED_EXIT:
		snprintf(reason, sizeof(reason), ": exit reason %u", vcpu->exit_reason);
		break;
	case ENDING_RUN_FAILURE:
		snprintf(reason, sizeof(reason), ": %s", strerror(run->loop.failure));
		break;
	default:
		break;
	}
	page_print(page, 2, "vmm: %s at RIP 0x%" PRIx64 "%s", ending_words(run->board.ending),
		   (uint64_t)vcpu->s.regs.regs.rip, reason);
}

#define EMULATION_HAS_BYTES UINT64_C(1) /* KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES */

static void print_internal_error(const struct kvm_run *run, struct page *page)
{
	const unsigned room = sizeof(run->internal.data) / sizeof(run->internal.data[0]);
	const unsigned count = run->internal.ndata < room ? run->internal.ndata : room;

	/* The overlay `emulation_failure` of the kernel's struct kvm_run, which headers older than Linux 5.14 lack. */
	struct {
		uint64_t flags;
		uint8_t size, bytes[15];
	} instruction;

	memcpy(&instruction, run->internal.data, sizeof(instruction));
	if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION && count > 0 &&
	    instruction.flags & EMULATION_HAS_BYTES && instruction.size <= sizeof(instruction.bytes)) {
		char bytes[3 * sizeof(instruction.bytes) + 1] = "";
		for (unsigned i = 0; i < instruction.size; i++)
			snprintf(bytes + (size_t)3 * i, sizeof(" 00"), " %02x", instruction.bytes[i]);
		page_print(page, 4, "  could not emulate%s", bytes);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		page_print(page, 4, "  data[%u] 0x%" PRIx64, i, (uint64_t)run->internal.data[i]);
}

/* How many registers a line has: as many as the terminal has room for. */
static unsigned registers_a_line(const struct page *page)
{
	const unsigned room = page->style.width / REGISTER_WIDTH;

	return page->style.width == 0 || room > REGISTERS_A_LINE ? REGISTERS_A_LINE : room > 0 ? room : 1;
}

static void print_registers(const struct kvm_run *run, struct page *page)
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
	const unsigned columns = registers_a_line(page);
	struct layout line;

	page_begin(page, &line);
	for (unsigned i = 0; i < COUNT(registers); i++) {
		char text[REGISTER_WIDTH + 1];
		if (i > 0 && i % columns == 0) {
			page_put(page, &line);
			page_begin(page, &line);
		}
		snprintf(text, sizeof(text), "  %-6s %016" PRIx64, registers[i].name, registers[i].value);
		layout_text(&line, text);
	}
	page_put(page, &line);
	page_print(page, 4, "  CPL %u  selectors CS %04x SS %04x DS %04x ES %04x FS %04x GS %04x TR %04x", s->ss.dpl,
		   s->cs.selector, s->ss.selector, s->ds.selector, s->es.selector, s->fs.selector, s->gs.selector,
		   s->tr.selector);
}

/* Prints the code around RIP as a Linux oops does: the byte at RIP in angle brackets, "??" for an unmapped byte. */
static void print_code(const struct run *run, struct page *page)
{
	const struct kvm_sregs *sregs = &run->vcpu.run->s.regs.sregs;
	const uint64_t rip = paging_linear_rip(sregs, &run->vcpu.run->s.regs.regs);
	char text[(CODE_BEFORE + CODE_AFTER) * sizeof(" <00>")], *end = text;

	for (int at = -CODE_BEFORE; at < CODE_AFTER; at++) {
		const char *format = at == 0 ? " <%s>" : " %s";
		char digits[sizeof("??")] = "??";
		uint8_t byte;

		if (paging_read(&run->memory, sregs, rip + (uint64_t)at, &byte, 1) == 1)
			snprintf(digits, sizeof(digits), "%02x", byte);
		end += sprintf(end, format, digits);
	}
	page_print(page, 7, "  code%s", text);
}

static void print_step(const struct paging_step *step, struct page *page)
{
	const uint64_t entry = step->entry;
	char what[80];

	if (!step->is_readable)
		snprintf(what, sizeof(what), "outside RAM");
	else if (!(entry & PAGING_PRESENT))
		snprintf(what, sizeof(what), "%016" PRIx64 "  not present", entry);
	else
		snprintf(what, sizeof(what), "%016" PRIx64 "  %s %s%s%s", entry,
			 entry & PAGING_USER ? "user" : "supervisor",
			 entry & PAGING_WRITABLE ? "writable" : "read-only",
			 entry & PAGING_NO_EXECUTE ? " no-execute" : "", entry & PAGING_LARGE ? " large" : "");
	page_print(page, 4, "  %4s[%3u] at 0x%09" PRIx64 ": %s", step->table, step->index, step->address, what);
}

static void print_walk(const struct run *run, struct page *page)
{
	const struct kvm_sregs *sregs = &run->vcpu.run->s.regs.sregs;
	const uint64_t rip = paging_linear_rip(sregs, &run->vcpu.run->s.regs.regs);
	struct paging_walk walk;

	paging_walk(&run->memory, sregs, rip, &walk);
	page_print(page, 4, "  RIP's page, %s:", walk.mode);
	for (unsigned i = 0; i < walk.count; i++)
		print_step(&walk.steps[i], page);
	if (!walk.is_mapped)
		page_print(page, 4, "  not mapped");
	else
		page_print(page, 4, "  maps to 0x%" PRIx64 "%s", walk.physical,
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
	text_end(printer);
}

void crash_report(const struct run *run, FILE *out)
{
	const struct kvm_run *vcpu = run->vcpu.run;
	struct text_printer *printer = text_new(out, &run->clock, run->symbols, run->style);
	char symbol[SYMBOL_SIZE] = "";
	struct page page;

	page_start(&page, out, run->style);
	print_headline(run, &page);
	if (run->board.ending == ENDING_INTERNAL_ERROR)
		print_internal_error(vcpu, &page);
	if (printer != NULL)
		text_symbol(printer, (uint32_t)(vcpu->s.regs.sregs.cr3 / MEMORY_PAGE_SIZE), vcpu->s.regs.regs.rip,
			    symbol, sizeof(symbol));
	if (symbol[0] != '\0')
		page_print(&page, 4, "  in %s", symbol);
	print_registers(vcpu, &page);
	print_code(run, &page);
	print_walk(run, &page);
	if (printer != NULL && recorder_last(&run->recorder, 0) != NULL) {
		page_print(&page, 2, "  the last records:");
		print_records(run, printer);
	}
	text_free(printer);
}

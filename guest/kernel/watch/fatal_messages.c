/* SPDX-License-Identifier: MIT */
/* What the console says of a trap that ends a process or the kernel. */
#include "kernel/watch/fatal_messages.h"

#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/elf_program.h"
#include "kernel/process/process_list.h"
#include "ringside/traps.h"

struct row {
	const char *mnemonic, *name;
};

#define ROW(vector, mnemonic, name, dpl, error, signal) [vector] = {#mnemonic, name},
static const struct row rows[256] = {RINGSIDE_TRAPS(ROW)};
#undef ROW

const char *trap_mnemonic(uint64_t vector)
{
	return vector < 256 && rows[vector].mnemonic != NULL ? rows[vector].mnemonic : "??";
}

static const char *trap_name(uint64_t vector)
{
	return vector < 256 && rows[vector].name != NULL ? rows[vector].name : "unassigned vector";
}

static const char *access_of(uint64_t error)
{
	if (error & FAULT_FETCH)
		return "executing";
	return error & FAULT_WRITE ? "writing" : "reading";
}

void print_killed_by_trap(const struct trap_frame *frame)
{
	const struct program *program = &current->program;
	uint64_t offset = 0;
	const char *symbol;

	if (!options.print_fatal_signals)
		return;
	symbol = elf_symbol(program->file, program->size, frame->rip, &offset);
	print("[%u] %s killed: #%s %s at 0x%lx", current->pid, program->name, trap_mnemonic(frame->vector),
	      trap_name(frame->vector), frame->rip);
	if (symbol != NULL)
		print(" (%s+0x%lx)", symbol, offset);
	if (frame->vector == RINGSIDE_TRAP_PF)
		print(", %s 0x%lx", access_of(frame->error), read_cr2());
	print("\n");
}

void print_killed_for_memory(const struct trap_frame *frame)
{
	if (options.print_fatal_signals)
		print("[%u] %s killed: out of memory at 0x%lx, touching 0x%lx\n", current->pid, current->program.name,
		      frame->rip, read_cr2());
}

void print_killed_for_bad_return(const struct trap_frame *frame)
{
	if (options.print_fatal_signals)
		print("[%u] %s killed: system call with the return address 0x%lx, outside user memory\n", current->pid,
		      current->program.name, frame->rip);
}

void print_kernel_trap(const struct trap_frame *frame)
{
	const struct {
		const char *name;
		uint64_t value;
	} registers[] = {
		{"rax", frame->rax}, {"rbx", frame->rbx}, {"rcx", frame->rcx}, {"rdx", frame->rdx}, {"rsi", frame->rsi},
		{"rdi", frame->rdi}, {"rbp", frame->rbp}, {"rsp", frame->rsp}, {"r8 ", frame->r8},  {"r9 ", frame->r9},
		{"r10", frame->r10}, {"r11", frame->r11}, {"r12", frame->r12}, {"r13", frame->r13}, {"r14", frame->r14},
		{"r15", frame->r15}, {"cr0", read_cr0()}, {"cr2", read_cr2()}, {"cr3", read_cr3()}, {"cr4", read_cr4()},
	};

	print("kernel panic: #%s %s in the kernel, error code 0x%lx\n", trap_mnemonic(frame->vector),
	      trap_name(frame->vector), frame->error);
	print("  rip %016lx  cs %02lx  rflags %06lx\n", frame->rip, frame->cs, frame->rflags);
	for (unsigned i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		print("  %s %016lx%s", registers[i].name, registers[i].value, i % 4 == 3 ? "\n" : "");
}

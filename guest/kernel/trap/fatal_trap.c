/* SPDX-License-Identifier: MIT */
/* The end of a process, or of the kernel, by a trap: the message on the console and the signal. */
#include "kernel/trap/fatal_trap.h"

#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/elf_program.h"
#include "kernel/process/lifetime.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/trap_signal.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"
#include "ringside/traps.h"

bool processes_in_ring0;

struct trap {
	const char *mnemonic, *name;
	int signal;
};

static const struct trap *find_trap(uint64_t vector)
{
#define ROW(vector, mnemonic, name, dpl, error, signal) [vector] = {#mnemonic, name, signal},
	static const struct trap traps[] = {RINGSIDE_TRAPS(ROW)};
#undef ROW
	static const struct trap unassigned = {"??", "unassigned vector", 0};

	return vector < sizeof(traps) / sizeof(*traps) && traps[vector].name != NULL ? &traps[vector] : &unassigned;
}

static void print_killed_by_trap(const struct trap_frame *frame, const struct trap *trap)
{
	const struct program *program = &current->program;
	const char *access = frame->error & FAULT_FETCH	  ? "executing"
			     : frame->error & FAULT_WRITE ? "writing"
							  : "reading";
	uint64_t offset = 0;

	if (!options.print_fatal_signals)
		return;
	const char *symbol = elf_symbol(program->file, program->size, frame->rip - program->base, &offset);
	print("[%u] %s killed: #%s %s at 0x%lx", current->pid, program->name, trap->mnemonic, trap->name, frame->rip);
	if (symbol != NULL)
		print(" (%s+0x%lx)", symbol, offset);
	if (frame->vector == RINGSIDE_TRAP_PF)
		print(", %s 0x%lx", access, read_cr2());
	print("\n");
}

static _Noreturn void panic_for_trap(const struct trap_frame *frame, const struct trap *trap)
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

	print("kernel panic: #%s %s in the kernel, error code 0x%lx\n", trap->mnemonic, trap->name, frame->error);
	print("  rip %016lx  cs %02lx  rflags %06lx\n", frame->rip, frame->cs, frame->rflags);
	for (unsigned i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		print("  %s %016lx%s", registers[i].name, registers[i].value, i % 4 == 3 ? "\n" : "");
	panic_end();
}

void signal_or_kill(const struct trap_frame *frame)
{
	const struct trap *trap = find_trap(frame->vector);
	int signal = trap->signal != 0 ? trap->signal : SIGSEGV;

	if (!from_process(frame))
		panic_for_trap(frame, trap);
	if (signal_for_trap(frame, (unsigned)signal))
		return;
	event(SIGNAL_KILL, current->pid, signal, frame->rip);
	print_killed_by_trap(frame, trap);
	current->killed_by = trap->mnemonic;
	process_end_current(signal);
}

void kill_for_memory(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGKILL, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: out of memory at 0x%lx, touching 0x%lx\n", current->pid, current->program.name,
		      frame->rip, read_cr2());
	process_end_current(SIGKILL);
}

void kill_for_bad_return(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGSEGV, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: system call with the return address 0x%lx, outside user memory\n", current->pid,
		      current->program.name, frame->rip);
	process_end_current(SIGSEGV);
}

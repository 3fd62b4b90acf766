/* SPDX-License-Identifier: MIT */
/* The end of the run: power-off, and panic with what is known of the moment. */
#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"
#include "kernel/lib/format.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/trap_table.h"

enum { DEBUG_EXIT = 0xf4, KEYBOARD_CONTROLLER = 0x64, PULSE_RESET = 0xfe };

void power_off(uint32_t status)
{
	if (status != RINGSIDE_POWEROFF_PANIC && !options.quiet)
		report_print();
	if (ringside_present())
		out32(RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, status);
	/* Elsewhere: QEMU's isa-debug-exit, then a reset, then nothing more can be done. */
	out32(DEBUG_EXIT, status);
	out8(KEYBOARD_CONTROLLER, PULSE_RESET);
	halt_forever();
}

static void show_process(void)
{
	if (current != NULL && current->pid != 0)
		print("  while process %u (%s) had the CPU\n", current->pid, current->program.name);
}

void panic(const char *format, ...)
{
	char text[200];
	va_list arguments;

	va_start(arguments, format);
	format_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	print("kernel panic: %s\n", text);
	show_process();
	power_off(RINGSIDE_POWEROFF_PANIC);
}

void panic_trap(const struct trap_frame *frame)
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
	show_process();
	power_off(RINGSIDE_POWEROFF_PANIC);
}

/* SPDX-License-Identifier: MIT */
/* The handlers of exceptions, and the table by which the trap path finds the handler of every trap. */
#include "kernel/trap/trap_handlers.h"

#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/out_of_memory.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/counters.h"
#include "ringside/traps.h"

static void page_fault(struct trap_frame *frame)
{
	uint64_t error = frame->error;
	unsigned access = error & FAULT_FETCH ? REGION_EXECUTE : error & FAULT_WRITE ? REGION_WRITE : REGION_READ;
	/* The CPU itself accessed a kernel page for the process, for example the GDT. No region allows that. */
	bool supervisor = from_user(frame) && (error & (FAULT_PRESENT | FAULT_USER)) == FAULT_PRESENT;

	const uint64_t address = read_cr2();
	int result = -EFAULT;

	if (from_process(frame) && !supervisor && !(error & FAULT_RESERVED))
		do
			result = space_fault(&current->space, address, access);
		while (result == -ENOMEM && out_of_memory_kill_other());
	if (result == -ENOMEM)
		kill_for_memory(frame);
	if (result != 0)
		signal_or_kill(frame);
}

bool recognised_int80(struct trap_frame *frame)
{
	static const uint8_t int80[] = {0xcd, RINGSIDE_TRAP_SYSCALL};
	uint8_t code[sizeof(int80)];

	if (int80_delivery != RINGSIDE_DELIVERY_RECOGNISED || !from_user(frame) ||
	    space_read(&current->space, code, frame->rip, sizeof(code)) != 0 || memcmp(code, int80, sizeof(code)) != 0)
		return false;
	frame->rip += sizeof(code);
	frame->vector = RINGSIDE_TRAP_SYSCALL;
	return true;
}

static void invalid_opcode(struct trap_frame *frame)
{
	if (recognised_int80(frame))
		system_call(frame);
	else
		signal_or_kill(frame);
}

/*
 * A process may set TF and execute SYSCALL. SYSCALL clears TF, and processors report no step after that. Some
 * emulations do report one: in ring 0 at syscall_entry, before the kernel has changed stacks.
 */
static void debug(struct trap_frame *frame)
{
	if (from_user(frame) || frame->rip != (uint64_t)syscall_entry)
		signal_or_kill(frame);
	else
		frame->rflags &= ~(uint64_t)FLAG_TF;
}

static void stray(void)
{
	stray_interrupts++;
}

static void unexpected(struct trap_frame *frame)
{
	signal_or_kill(frame);
}

/* Handlers without a parameter get the frame all the same: it is in a register that they do not read. */
#define WITHOUT_FRAME(handler) ((trap_handler *)(handler))

OVERRIDING_INITIALIZERS_BEGIN
trap_handler *const trap_handlers[TRAP_VECTORS] = {
	[0 ... RINGSIDE_IRQ_BASE - 1] = unexpected,
	[RINGSIDE_IRQ_BASE... TRAP_VECTORS - 1] = WITHOUT_FRAME(stray),
	[RINGSIDE_TRAP_DB] = debug,
	[RINGSIDE_TRAP_NMI] = WITHOUT_FRAME(stray), /* no device sends an NMI here */
	[RINGSIDE_TRAP_UD] = invalid_opcode,
	[RINGSIDE_TRAP_PF] = page_fault,
	[RINGSIDE_TRAP_TIMER] = WITHOUT_FRAME(timer_interrupt),
	[RINGSIDE_TRAP_SERIAL] = WITHOUT_FRAME(console_interrupt),
	[RINGSIDE_TRAP_SYSCALL] = system_call,
};
OVERRIDING_INITIALIZERS_END

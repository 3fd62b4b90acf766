/* SPDX-License-Identifier: MIT */
/* The end of a process, or of the kernel, by a trap. */
#include "kernel/trap/fatal_trap.h"

#include "kernel/process/lifetime.h"
#include "kernel/process/process_list.h"
#include "kernel/watch/event.h"
#include "kernel/watch/fatal_messages.h"
#include "kernel/watch/panic.h"
#include "ringside/traps.h"

#define SIGNAL(vector, mnemonic, name, dpl, error, signal) [vector] = (signal),
static const uint8_t signals[] = {RINGSIDE_TRAPS(SIGNAL)};
#undef SIGNAL

static int signal_of(uint64_t vector)
{
	return vector < sizeof(signals) && signals[vector] != 0 ? signals[vector] : SIGSEGV;
}

void kill_for_trap(const struct trap_frame *frame)
{
	int signal = signal_of(frame->vector);

	if (!from_process(frame)) {
		print_kernel_trap(frame);
		panic_end();
	}
	event(SIGNAL_KILL, current->pid, signal, frame->rip);
	print_killed_by_trap(frame);
	current->killed_by = trap_mnemonic(frame->vector);
	process_end_current(signal);
}

void kill_for_memory(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGKILL, frame->rip);
	print_killed_for_memory(frame);
	process_end_current(SIGKILL);
}

void kill_for_bad_return(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGSEGV, frame->rip);
	print_killed_for_bad_return(frame);
	process_end_current(SIGSEGV);
}

/* SPDX-License-Identifier: MIT */
/*
 * irqs=on. Most of this kernel relies on being alone: lists, the page allocator, page tables. So interrupts are let in
 * only where a call holds nothing: before and behind the work of every call, during those calls that touch nothing that
 * others change, and where a call asks for it (lessons/shared_counter.c).
 */
#include "kernel/lessons/interrupts_on.h"

#include "kernel/lessons/interruptible.h"
#include "kernel/lessons/overwrite.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_handlers.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"
#include "ringside/traps.h"

/* The table of system calls, in a page, of which the trap path's has one handler for all; and who watched traps. */
static syscall_handler **handlers;
static trap_handler *inner_watcher;

/* They read what belongs to the process, which nobody else changes. */
static bool is_alone(uint64_t number)
{
	switch (number) {
	case RINGSIDE_SYS_getpid:
	case RINGSIDE_SYS_gettid:
	case RINGSIDE_SYS_getuid:
	case RINGSIDE_SYS_getgid:
	case RINGSIDE_SYS_geteuid:
	case RINGSIDE_SYS_getegid:
		return true;
	default:
		return false;
	}
}

/* STI takes effect behind the instruction that follows it (SDM vol. 2, STI), so between the two stands another. */
static void let_interrupt_in(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

static int64_t interruptible_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	uint64_t number = process_frame(current)->rax; /* below SYSCALL_LIMIT, or another handler would run */
	int64_t result;

	let_interrupt_in();
	if (is_alone(number)) {
		interruptible_begin();
		result = handlers[number](a, b, c, d, e, f);
		interruptible_end();
	} else {
		result = handlers[number](a, b, c, d, e, f);
	}
	let_interrupt_in();
	return result;
}

/* An interrupt that comes in ring 0 during a call is an event of its own: it changes no ring. */
static void nested_watcher(struct trap_frame *frame)
{
	if (frame->vector < RINGSIDE_IRQ_BASE || from_process(frame) || current->pid == 0) {
		inner_watcher(frame);
		return;
	}
	event(NESTED, current->pid, frame->vector, frame->rip);
	trap_handlers[frame->vector](frame);
}

_Static_assert(SYSCALL_LIMIT * sizeof(*handlers) <= PAGE_SIZE, "the table fits a page");

void interrupts_on(void)
{
	syscall_handler *handler = interruptible_call;
	uint64_t page = page_zeroed();

	if (page == 0)
		panic("no memory for irqs=on");
	handlers = direct(page);
	for (unsigned number = 0; number < SYSCALL_LIMIT; number++) {
		handlers[number] = syscall_table[number];
		overwrite((uint64_t)&syscall_table[number], &handler, sizeof(handler));
	}
	inner_watcher = trap_watcher;
	trap_watcher = nested_watcher;
}

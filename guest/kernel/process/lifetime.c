/* SPDX-License-Identifier: MIT */
/* The first run of a process, its end, and the end of the run, which is that of init. */
#include "kernel/process/lifetime.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/ringside_device.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/lent_space.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"
#include "kernel/signals/signal_details.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/account.h"
#include "kernel/watch/end_report.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"

void process_start(struct process *process)
{
	uint64_t *stack = (uint64_t *)process_frame(process);

	/* The first context_switch to the process returns to this address. All other registers of the context are 0. */
	*--stack = (uint64_t)return_by_iretq;
	process->context.rsp = (uint64_t)stack;
	event(PROC_FRAME, process->pid, process_frame(process), process_frame(process)->rip);
	process_wake(process);
}

/* ---- the end ---- */

/* Makes init the parent of the processes on a list. */
static void adopt(struct list *from, struct list *to)
{
	while (!list_empty(from)) {
		struct list *place = from->next;
		list_entry(place, struct process, sibling)->parent = init;
		list_remove(place);
		list_append(to, place);
	}
}

static void free_memory(struct process *process)
{
	if (process->lender == NULL)
		event(PROC_FREE, process->pid, process->space.page_count, process->space.cr3);
	/* The idle process runs in the address space of the process before it, which a signal may end. */
	if (read_cr3() == process->space.cr3)
		kernel_map_load();
	space_leave(process);
	page_put(physical(process->fpu));
	process->fpu = NULL;
}

static _Noreturn void end_run(uint32_t status)
{
	/* The VMM takes this status for a panic, and after a panic there is no report. */
	if (status != RINGSIDE_POWEROFF_PANIC && !options.quiet)
		report_print();
	power_off(status);
}

/* The current process runs on its kernel stack until it gives up the CPU, so the stack is freed with the zombie. */
void process_end(struct process *process, int status)
{
	int signal = status & 0x7f, code = status >> 8 & 0xff;

	event(PROC_EXIT, process->pid, code, signal);
	account_cpu(process);
	report_process(process, status);
	if (process == init)
		end_run((uint32_t)(signal != 0 ? 128 + signal : code));

	if (!list_empty(&process->children))
		signal_release_children(process);
	bool orphans = !list_empty(&process->zombies);
	adopt(&process->children, &init->children);
	adopt(&process->zombies, &init->zombies);
	free_memory(process);
	signals_free(process);
	if (process->state == RUNNABLE && process != current)
		policy->leave(process);
	else
		process_leave_waiting(process);
	list_remove(&process->polling);
	descriptors_close_all(&process->descriptors);
	process->state = ZOMBIE;
	process->waits_for = NOTHING;
	process->status = status;
	list_remove(&process->sibling);
	list_append(&process->parent->zombies, &process->sibling);
	signal_parent(process, signal != 0 ? CLD_KILLED : CLD_EXITED, signal != 0 ? signal : code);
	if (orphans && init->waits_for == CHILD_OR_SIGNAL)
		process_wake(init);
}

void process_end_current(int status)
{
	process_end(current, status);
	schedule();
	panic("a zombie was scheduled");
}

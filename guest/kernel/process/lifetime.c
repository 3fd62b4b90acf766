/* SPDX-License-Identifier: MIT */
/* The first run of a process, its end, and the end of the run, which is that of init. */
#include "kernel/process/lifetime.h"

#include "kernel/boot/kernel_options.h"
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
	process_wake(process);
	if (process->signals.pending != 0)
		signals_notice(process);
}

/* ---- the end ---- */

/* Makes init the parent of the processes on a list, of which there may be thousands. */
static void adopt(struct list *from, struct list *to)
{
	while (!list_empty(from)) {
		struct list *place = from->next;
		list_entry(place, struct process, sibling)->parent = init;
		list_remove(place);
		list_append(to, place);
		schedule_pause();
	}
}

static void free_memory(void)
{
	if (current->lender == NULL)
		event(PROC_FREE, current->pid, current->space.page_count, current->space.cr3);
	kernel_map_load();
	space_leave(current);
}

static void free_fpu(void)
{
	uint64_t page = physical(current->fpu);

	current->fpu = NULL; /* so a switch does not save it any more */
	page_put(page);
}

static _Noreturn void end_run(uint32_t status)
{
	/* The VMM takes this status for a panic, and after a panic there is no report. */
	if (status != RINGSIDE_POWEROFF_PANIC && !options.quiet)
		report_print();
	power_off(status);
}

/* The current process runs on its kernel stack until it gives up the CPU, so the stack is freed with the zombie. */
void process_end_current(int status)
{
	struct process *self = current;
	int signal = status & 0x7f, code = status >> 8 & 0xff;

	event(PROC_EXIT, self->pid, code, signal);
	account_cpu(self);
	report_process(self, status);
	if (self == init)
		end_run((uint32_t)(signal != 0 ? 128 + signal : code));

	self->state = ENDING;
	if (!list_empty(&self->children))
		signal_release_children(self);
	adopt(&self->children, &init->children);
	/* Children that ended meanwhile are among the zombies. */
	bool orphans = !list_empty(&self->zombies);
	adopt(&self->zombies, &init->zombies);
	free_memory();
	descriptors_close_all(&self->descriptors);
	free_fpu();
	signals_free(self);
	self->state = ZOMBIE;
	self->status = status;
	list_remove(&self->sibling);
	list_append(&self->parent->zombies, &self->sibling);
	signal_parent(self, signal != 0 ? CLD_KILLED : CLD_EXITED, signal != 0 ? signal : code);
	if (orphans && init->waits_for == CHILD_OR_SIGNAL)
		process_wake(init);
	schedule();
	panic("a zombie was scheduled");
}

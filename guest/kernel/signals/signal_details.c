/* SPDX-License-Identifier: MIT */
/*
 * The details of a process's signals, which take a page of their own: most processes handle no signal, and fork copies
 * only what is there.
 */
#include "kernel/signals/signal_details.h"

#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/schedule/timeout.h"

_Static_assert(sizeof(struct signal_details) <= PAGE_SIZE, "the details of signals fit a page");

struct signal_details *signals_details(struct process *process)
{
	struct signals *signals = &process->signals;

	if (signals->details == NULL) {
		uint64_t page = page_zeroed();
		if (page != 0)
			signals->details = direct(page);
	}
	return signals->details;
}

static void put_details(struct signals *signals)
{
	page_put(physical(signals->details));
	signals->details = NULL;
}

bool signals_copy(struct process *child, const struct process *parent)
{
	const struct signals *from = &parent->signals;
	struct signals *to = &child->signals;

	to->ignored = from->ignored;
	to->handled = from->handled;
	to->blocked = from->blocked;
	to->stack = from->stack;
	if (from->handled == 0)
		return true;
	if (signals_details(child) == NULL)
		return false;
	*to->details = *from->details;
	return true;
}

void signals_reset(struct process *process)
{
	struct signals *signals = &process->signals;

	signals->handled = 0;
	signals->stack = (struct signal_stack){.flags = SS_DISABLE};
	if (signals->details == NULL)
		return;
	if (signals->pending == 0)
		put_details(signals);
	else
		for (unsigned i = 0; i < SIGNAL_MAX; i++)
			signals->details->of[i].action = (struct signal_action){0};
}

void signals_put(struct process *process)
{
	timeout_cancel(&process->signals.alarm);
	if (process->signals.details != NULL)
		put_details(&process->signals);
}

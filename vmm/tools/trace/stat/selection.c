/* SPDX-License-Identifier: MIT */
/* Asks a filter about each record: see selection.h. Rings and processes are followed as the text printer does. */
#include "tools/trace/stat/selection.h"

#include "text/place.h"

bool selection_takes_event(struct selection *selection, const union record *event)
{
	const bool is_of_vmm = record_is_of_vmm(event);

	selection->cpl = is_of_vmm ? selection->cpl : record_cpl(event);
	const struct text_moment moment = {
		.record = event,
		.clock = selection->clock,
		.symbols = selection->symbols,
		.process = is_of_vmm ? NULL : processes_by_pid(&selection->processes, event->event.pid),
		.sequence = selection->exits + 1,
		.cpl = selection->cpl,
	};
	const bool takes = filter_matches(selection->filter, &moment);

	processes_learn(&selection->processes, &event->event, selection->symbols);
	return takes;
}

void selection_hold_exit(struct selection *selection, const union record *exit)
{
	const struct process *process = processes_by_frame(&selection->processes, exit->exit.frame);

	selection->exits++;
	selection->exit = *exit;
	selection->has_process = process != NULL;
	if (process != NULL)
		selection->process = *process;
	if (!record_is_doorbell(exit))
		selection->cpl = exit_cpl(&exit->exit);
}

bool selection_takes_exit(const struct selection *selection, uint64_t entered)
{
	return filter_matches(selection->filter,
			      &(struct text_moment){.record = &selection->exit,
						    .clock = selection->clock,
						    .symbols = selection->symbols,
						    .process = selection->has_process ? &selection->process : NULL,
						    .sequence = selection->exits,
						    .entered = entered,
						    .cpl = exit_cpl(&selection->exit.exit)});
}

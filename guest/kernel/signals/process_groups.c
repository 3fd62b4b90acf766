/* SPDX-License-Identifier: MIT */
/* Questions about process groups, answered by a walk over all processes. */
#include "kernel/signals/process_groups.h"

#include "kernel/process/process_list.h"

bool group_exists(uint32_t group)
{
	const struct process *leader = process_find(group);

	if (leader != NULL && leader->group == group)
		return true;
	for (const struct process *process = init; process != NULL; process = process_next(process))
		if (process->group == group)
			return true;
	return false;
}

bool group_is_orphaned(uint32_t group)
{
	for (const struct process *member = init; member != NULL; member = process_next(member)) {
		const struct process *parent = member->parent;
		if (member->group == group && member->state != ZOMBIE && parent != NULL && parent->group != group &&
		    parent->session == member->session)
			return false;
	}
	return true;
}

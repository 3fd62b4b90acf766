/* SPDX-License-Identifier: MIT */
/* System calls about process groups and sessions. */
#include "kernel/calls/call_definition.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/process_groups.h"

/* The process that a call names; 0 names the caller. NULL: there is none. */
static struct process *named(uint64_t pid)
{
	return (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);
}

/* The process that a call names; NULL if it is neither the caller nor a child of the caller. */
static struct process *self_or_child(uint64_t pid)
{
	struct process *process = named(pid);

	return process == current || (process != NULL && process->parent == current) ? process : NULL;
}

SYSTEM_CALL(sys_setpgid, uint64_t pid, uint64_t group)
{
	struct process *process = self_or_child(pid);

	if ((int32_t)group < 0 || ((int32_t)group == 0 && (int32_t)pid < 0))
		return -EINVAL;
	if (process == NULL)
		return -ESRCH;
	uint32_t wanted = (uint32_t)group == 0 ? process->pid : (uint32_t)group;
	if (process->session != current->session || process->session == process->pid)
		return -EPERM;
	if (wanted != process->pid && !group_exists(wanted))
		return -EPERM;
	process_join(process, wanted, process->session);
	return 0;
}

SYSTEM_CALL(sys_getpgid, uint64_t pid)
{
	const struct process *process = named(pid);

	return process == NULL ? -ESRCH : (int64_t)process->group;
}

SYSTEM_CALL(sys_getpgrp, void)
{
	return current->group;
}

SYSTEM_CALL(sys_getsid, uint64_t pid)
{
	const struct process *process = named(pid);

	return process == NULL ? -ESRCH : (int64_t)process->session;
}

SYSTEM_CALL(sys_setsid, void)
{
	if (current->group == current->pid)
		return -EPERM;
	process_join(current, current->pid, current->pid);
	return current->pid;
}

/* SPDX-License-Identifier: MIT */
/* System calls about process groups and sessions. */
#include "kernel/calls/call_definition.h"
#include "kernel/process/signal.h"

/* The process that a call names, 0 meaning the caller; NULL if it is neither the caller nor a child. */
static struct process *self_or_child(uint64_t pid)
{
	struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == current || (process != NULL && process->parent == current) ? process : NULL;
}

SYSTEM_CALL(sys_setpgid, uint64_t pid, uint64_t group)
{
	struct process *process = self_or_child(pid);

	if ((int32_t)group < 0)
		return -EINVAL;
	if (process == NULL)
		return -ESRCH;
	uint32_t wanted = (uint32_t)group == 0 ? process->pid : (uint32_t)group;
	if (process->session != current->session || process->session == process->pid)
		return -EPERM;
	if (wanted != process->pid && !group_exists(wanted))
		return -EPERM;
	process->group = wanted;
	return 0;
}

SYSTEM_CALL(sys_getpgid, uint64_t pid)
{
	const struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == NULL ? -ESRCH : (int64_t)process->group;
}

SYSTEM_CALL(sys_getpgrp, void)
{
	return current->group;
}

SYSTEM_CALL(sys_getsid, uint64_t pid)
{
	const struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == NULL ? -ESRCH : (int64_t)process->session;
}

SYSTEM_CALL(sys_setsid, void)
{
	if (current->group == current->pid)
		return -EPERM;
	current->session = current->group = current->pid;
	return current->pid;
}

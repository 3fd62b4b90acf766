/* SPDX-License-Identifier: MIT */
/* System calls about process groups and sessions, and kill. Semantics as in Linux's manual pages, section 2. */
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

static int64_t kill_group(uint32_t group, unsigned signal)
{
	int reached = signal_group(group, signal);

	return reached < 0 ? reached : 0;
}

int64_t sys_kill(uint64_t pid, uint64_t signal, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	int32_t target = (int32_t)pid;

	if ((uint32_t)signal > SIGNAL_MAX)
		return -EINVAL;
	if (target == 0)
		return kill_group(current->group, (unsigned)signal);
	if (target == -1)
		return kill_group(EVERYBODY, (unsigned)signal);
	if (target < 0)
		return kill_group(-(uint32_t)target, (unsigned)signal);
	struct process *process = process_find((uint32_t)target);
	return process == NULL ? -ESRCH : signal_send(process, (unsigned)signal);
}

/* The process that a call names, 0 meaning the caller; NULL if it is neither the caller nor a child. */
static struct process *self_or_child(uint64_t pid)
{
	struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == current || (process != NULL && process->parent == current) ? process : NULL;
}

int64_t sys_setpgid(uint64_t pid, uint64_t group, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
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

int64_t sys_getpgid(uint64_t pid, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == NULL ? -ESRCH : (int64_t)process->group;
}

int64_t sys_getpgrp(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(a);
	return sys_getpgid(0, b, c, d, e, f);
}

int64_t sys_getsid(uint64_t pid, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct process *process = (uint32_t)pid == 0 ? current : process_find((uint32_t)pid);

	return process == NULL ? -ESRCH : (int64_t)process->session;
}

int64_t sys_setsid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(a), UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	if (current->group == current->pid)
		return -EPERM;
	current->session = current->group = current->pid;
	return current->pid;
}

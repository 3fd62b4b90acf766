/* SPDX-License-Identifier: MIT */
/* System calls about threads, as C libraries call them when they start. Every process has one thread. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/devices/instructions.h"

SYSTEM_CALL(sys_set_tid_address, void)
{
	return current->pid;
}

/* The list would matter when a thread dies that holds a lock; here no other thread could wait for that lock. */
SYSTEM_CALL(sys_set_robust_list, uint64_t list, uint64_t size)
{
	enum { ROBUST_LIST_HEAD = 24 };

	(void)list;
	return size == ROBUST_LIST_HEAD ? 0 : -EINVAL;
}

SYSTEM_CALL(sys_arch_prctl, uint64_t code, uint64_t address)
{
	enum { SET_FS = 0x1002, GET_FS = 0x1003 };

	if (code == GET_FS)
		return space_write(&current->space, address, &current->fs_base, sizeof(current->fs_base));
	if (code != SET_FS)
		return -EINVAL;
	if (address >= USER_END)
		return -EPERM;
	current->fs_base = address;
	wrmsr(MSR_FS_BASE, address);
	return 0;
}

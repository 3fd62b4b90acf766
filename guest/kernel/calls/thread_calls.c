/* SPDX-License-Identifier: MIT */
/* System calls about threads, as C libraries call them when they start, and prctl. Every process has one thread. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/bytes_and_strings.h"

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

/* The name is that of the program in ps and in the report at the end, as on Linux. Of the rest of prctl there is
 * nothing. */
SYSTEM_CALL(sys_prctl, uint64_t request, uint64_t address)
{
	enum { SET_NAME = 15, GET_NAME = 16 };
	char name[NAME_SIZE] = "";

	if ((uint32_t)request == GET_NAME)
		return space_write(&current->space, address, current->program.name, NAME_SIZE);
	if ((uint32_t)request != SET_NAME)
		return -EINVAL;
	int64_t length = space_read_string(&current->space, name, address, NAME_SIZE - 1);
	if (length < 0 && length != -E2BIG)
		return length;
	memcpy(current->program.name, name, NAME_SIZE);
	return 0;
}

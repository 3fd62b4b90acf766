/* SPDX-License-Identifier: MIT */
/* System calls about users and groups: every process is root's and stays so. */
#include "kernel/calls/call_definition.h"

/* (uid_t)-1 means that the id stays as it is. */
static bool is_root(uint64_t id)
{
	return (uint32_t)id == 0 || (uint32_t)id == UINT32_MAX;
}

static int64_t become(uint64_t real, uint64_t effective, uint64_t saved)
{
	return is_root(real) && is_root(effective) && is_root(saved) ? 0 : -EPERM;
}

SYSTEM_CALL(sys_getuid, void)
{
	return 0;
}

SYSTEM_CALL(sys_getgid, void)
{
	return 0;
}

SYSTEM_CALL(sys_geteuid, void)
{
	return 0;
}

SYSTEM_CALL(sys_getegid, void)
{
	return 0;
}

/* There are no supplementary groups. */
SYSTEM_CALL(sys_getgroups, uint64_t size)
{
	return (int32_t)size < 0 ? -EINVAL : 0;
}

SYSTEM_CALL(sys_setresuid, uint64_t real, uint64_t effective, uint64_t saved)
{
	return become(real, effective, saved);
}

SYSTEM_CALL(sys_setresgid, uint64_t real, uint64_t effective, uint64_t saved)
{
	return become(real, effective, saved);
}

SYSTEM_CALL(sys_setuid, uint64_t id)
{
	return become(id, id, id);
}

SYSTEM_CALL(sys_setgid, uint64_t id)
{
	return become(id, id, id);
}

/* SPDX-License-Identifier: MIT */
/* System calls about users and groups: everybody is root, and may become nobody else. */
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

/* (uid_t)-1 means "leave as it is". */
static bool is_root(uint64_t id)
{
	return (uint32_t)id == 0 || (uint32_t)id == UINT32_MAX;
}

int64_t sys_getuid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(a), UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return 0;
}

int64_t sys_getgid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_getuid(a, b, c, d, e, f);
}

int64_t sys_geteuid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_getuid(a, b, c, d, e, f);
}

int64_t sys_getegid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_getuid(a, b, c, d, e, f);
}

int64_t sys_setresuid(uint64_t real, uint64_t effective, uint64_t saved, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	return is_root(real) && is_root(effective) && is_root(saved) ? 0 : -EPERM;
}

int64_t sys_setresgid(uint64_t real, uint64_t effective, uint64_t saved, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_setresuid(real, effective, saved, d, e, f);
}

int64_t sys_setuid(uint64_t id, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c);
	return sys_setresuid(id, id, id, d, e, f);
}

int64_t sys_setgid(uint64_t id, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_setuid(id, b, c, d, e, f);
}

/* Root's own group alone: there are no supplementary ones. */
int64_t sys_getgroups(uint64_t size, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(address);
	return sys_getuid(size, 0, c, d, e, f);
}

/* SPDX-License-Identifier: MIT */
/* System calls about the system: its name, its memory, random bytes. */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/files/device_files.h"
#include "kernel/memory/physical_pages.h"

static int64_t give(uint64_t address, const void *bytes, uint64_t size)
{
	return space_write(&current->space, address, bytes, size);
}

SYSTEM_CALL(sys_uname, uint64_t address)
{
	/* The release is that of a recent Linux: C libraries refuse to run on an old one. */
	static const struct {
		char system[65], node[65], release[65], version[65], machine[65], domain[65];
	} names = {"Linux", "ringside", "6.1.0-ringside", "limited direct execution", "x86_64", "(none)"};

	return give(address, &names, sizeof(names));
}

SYSTEM_CALL(sys_sysinfo, uint64_t address)
{
	struct {
		int64_t uptime;
		uint64_t loads[3], total, free, shared, buffers, total_swap, free_swap;
		uint16_t processes, padding[3];
		uint64_t total_high, free_high;
		uint32_t unit, padding2;
	} information = {
		.uptime = (int64_t)(time_now() / NANOSECONDS),
		.total = pages.limit,
		.free = pages.free,
		.processes = (uint16_t)process_count,
		.unit = PAGE_SIZE,
	};

	return give(address, &information, sizeof(information));
}

SYSTEM_CALL(sys_getrandom, uint64_t address, uint64_t size, uint64_t flags)
{
	enum { REQUEST_MAX = 0x7fffffff, NONBLOCK = 1, RANDOM = 2, INSECURE = 4 };

	if (flags & ~(uint64_t)(NONBLOCK | RANDOM | INSECURE) || (flags & RANDOM && flags & INSECURE))
		return -EINVAL;
	return random_give(address, size < REQUEST_MAX ? size : REQUEST_MAX);
}

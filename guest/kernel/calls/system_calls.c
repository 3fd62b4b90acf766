/* SPDX-License-Identifier: MIT */
/*
 * System calls about the system and what a process may have of it. Semantics as in Linux's manual
 * pages, section 2; what has no meaning here is answered the way a program expects.
 */
#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

static int64_t give(uint64_t address, const void *bytes, uint64_t size)
{
	return space_write(&current->space, address, bytes, size);
}

int64_t sys_uname(uint64_t address, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	/* C libraries refuse to run on a kernel that calls itself old. */
	static const struct {
		char system[65], node[65], release[65], version[65], machine[65], domain[65];
	} names = {"Linux", "ringside", "6.1.0-ringside", "limited direct execution", "x86_64", "(none)"};

	return give(address, &names, sizeof(names));
}

int64_t sys_sysinfo(uint64_t address, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
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

/* From the clock, for hash seeds and file names; nothing here has secrets to keep. */
static uint64_t random_word(void)
{
	static uint64_t state;

	state += rdtsc() | 1;
	uint64_t word = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
	return (word ^ word >> 27) * 0x94d049bb133111eb;
}

int64_t sys_getrandom(uint64_t address, uint64_t size, uint64_t flags, uint64_t d, uint64_t e, uint64_t f)
{
	enum { REQUEST_MAX = 0x7fffffff, WORDS = 32 };
	uint64_t words[WORDS];
	UNUSED(flags), UNUSED(d), UNUSED(e), UNUSED(f);

	if (size > REQUEST_MAX)
		size = REQUEST_MAX;
	for (uint64_t done = 0, part; done < size; done += part) {
		part = size - done < sizeof(words) ? size - done : sizeof(words);
		for (unsigned i = 0; i * sizeof(*words) < part; i++)
			words[i] = random_word();
		int64_t error = give(address + done, words, part);
		if (error != 0)
			return error;
		schedule_pause();
	}
	return (int64_t)size;
}

/* ---- threads: there is one in each process ---- */

int64_t sys_gettid(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_getpid(a, b, c, d, e, f);
}

int64_t sys_set_tid_address(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return sys_getpid(a, b, c, d, e, f);
}

int64_t sys_set_robust_list(uint64_t a, uint64_t size, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	enum { ROBUST_LIST_HEAD = 24 };
	UNUSED(a), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return size == ROBUST_LIST_HEAD ? 0 : -EINVAL;
}

int64_t sys_arch_prctl(uint64_t code, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	enum { SET_FS = 0x1002, GET_FS = 0x1003 };
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	if (code == GET_FS)
		return give(address, &current->fs_base, sizeof(current->fs_base));
	if (code != SET_FS)
		return -EINVAL;
	if (address >= USER_END)
		return -EPERM;
	current->fs_base = address;
	wrmsr(MSR_FS_BASE, address);
	return 0;
}

/* ---- limits ---- */

struct limit {
	uint64_t soft, hard;
};

#define LIMIT_INFINITY UINT64_MAX

static int64_t give_limit(uint64_t resource, uint64_t address)
{
	enum { STACK = 3, RESOURCES = 16 };
	struct limit limit = {LIMIT_INFINITY, LIMIT_INFINITY};

	if (resource >= RESOURCES)
		return -EINVAL;
	if (resource == STACK)
		limit.soft = limit.hard = USER_STACK_SIZE;
	return give(address, &limit, sizeof(limit));
}

int64_t sys_getrlimit(uint64_t resource, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	return give_limit(resource, address);
}

int64_t sys_prlimit64(uint64_t pid, uint64_t resource, uint64_t new_limit, uint64_t old_limit, uint64_t e, uint64_t f)
{
	UNUSED(e), UNUSED(f);
	if (pid != 0 && pid != current->pid)
		return -ESRCH;
	if (new_limit != 0)
		return -EPERM;
	return old_limit == 0 ? 0 : give_limit(resource, old_limit);
}

/* ---- niceness: what the lottery policy makes tickets of ---- */

enum { PRIORITY_PROCESS = 0, NICE_MAX = 19, NICE_MIN = -20 };

static struct process *process_or_self(uint64_t pid)
{
	return pid == 0 ? current : pid <= UINT32_MAX ? process_find((uint32_t)pid) : NULL;
}

int64_t sys_getpriority(uint64_t which, uint64_t pid, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct process *process = process_or_self(pid);

	if (which != PRIORITY_PROCESS)
		return -EINVAL;
	/* The raw call gives 20 - nice, which is never negative. */
	return process == NULL ? -ESRCH : 20 - process->nice;
}

int64_t sys_setpriority(uint64_t which, uint64_t pid, uint64_t nice, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	struct process *process = process_or_self(pid);
	int value = (int)nice;

	if (which != PRIORITY_PROCESS)
		return -EINVAL;
	if (process == NULL)
		return -ESRCH;
	process->nice = (int8_t)(value < NICE_MIN ? NICE_MIN : value > NICE_MAX ? NICE_MAX : value);
	return 0;
}

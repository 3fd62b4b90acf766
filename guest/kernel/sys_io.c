/* SPDX-License-Identifier: MIT */
/* System calls about the console and about time. Semantics as in Linux's manual pages, section 2. */
#include "kernel/kernel.h"
#include "kernel/process.h"

#define UNUSED(a) (void)(a)

enum { STDIN, STDOUT, STDERR, CHUNK = 256, END_OF_INPUT = 4 };

#define NANOSECONDS 1000000000UL

int64_t sys_write(uint64_t fd, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	char chunk[CHUNK];
	uint64_t done = 0;

	if (fd != STDOUT && fd != STDERR)
		return -EBADF;
	if (size > INT64_MAX)
		return -EINVAL;
	while (done < size) {
		uint64_t part = size - done < CHUNK ? size - done : CHUNK;
		int error = space_read(&current->space, chunk, address + done, part);
		if (error != 0)
			return done > 0 ? (int64_t)done : error;
		console_write(chunk, part);
		done += part;
	}
	return (int64_t)done;
}

int64_t sys_read(uint64_t fd, uint64_t address, uint64_t size, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	char chunk[CHUNK];
	uint64_t got;

	if (fd != STDIN)
		return -EBADF;
	if (size == 0)
		return 0;
	while ((got = console_read(chunk, size < CHUNK ? size : CHUNK)) == 0)
		process_block(READING);
	if (chunk[0] == END_OF_INPUT)
		return 0;
	int error = space_write(&current->space, address, chunk, got);
	return error != 0 ? error : (int64_t)got;
}

/* ---- time ---- */

struct user_timespec {
	int64_t seconds, nanoseconds;
};

int64_t sys_nanosleep(uint64_t request, uint64_t remaining, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(remaining), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	struct user_timespec time;
	int error = space_read(&current->space, &time, request, sizeof(time));

	if (error != 0)
		return error;
	if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= (int64_t)NANOSECONDS)
		return -EINVAL;
	uint64_t now = time_now(), wait;
	/* Longer than the clock can count is for ever. */
	if (__builtin_mul_overflow((uint64_t)time.seconds, NANOSECONDS, &wait) ||
	    __builtin_add_overflow(wait, (uint64_t)time.nanoseconds, &wait) || __builtin_add_overflow(wait, now, &wait))
		wait = UINT64_MAX - 1;
	process_sleep(wait);
	return 0;
}

int64_t sys_clock_gettime(uint64_t clock, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	/* CLOCK_REALTIME to CLOCK_BOOTTIME: there is no wall clock, so all of them count from boot. */
	if (clock > 7)
		return -EINVAL;
	uint64_t now = time_now();
	struct user_timespec time = {(int64_t)(now / NANOSECONDS), (int64_t)(now % NANOSECONDS)};
	return space_write(&current->space, address, &time, sizeof(time));
}

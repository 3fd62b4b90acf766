/* SPDX-License-Identifier: MIT */
/* select and pselect6: poll, with sets of descriptors instead of a list. */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/files/descriptors.h"
#include "kernel/files/wait_queue.h"

_Static_assert(DESCRIPTORS_MAX == 64, "one word is a set of descriptors");

#define NANOSECONDS_PER_MICROSECOND 1000UL
#define MICROSECONDS (NANOSECONDS / NANOSECONDS_PER_MICROSECOND)

enum { READING, WRITING, EXCEPTIONS, SETS };

struct sets {
	uint64_t addresses[SETS]; /* 0: there is no such set */
	uint64_t wanted[SETS];
};

static int64_t take_sets(struct sets *sets, uint64_t count)
{
	uint64_t mask = count >= DESCRIPTORS_MAX ? UINT64_MAX : (1UL << count) - 1;

	if ((int32_t)count < 0)
		return -EINVAL;
	for (unsigned i = 0; i < SETS; i++) {
		sets->wanted[i] = 0;
		if (count == 0 || sets->addresses[i] == 0)
			continue;
		int error = space_read(&current->space, &sets->wanted[i], sets->addresses[i], sizeof(uint64_t));
		if (error != 0)
			return error;
		sets->wanted[i] &= mask;
	}
	return 0;
}

/* Fills in which descriptors are ready, in all sets. How many, or -EBADF. */
static int64_t look(const struct sets *sets, uint64_t ready[SETS])
{
	static const unsigned meanings[SETS] = {
		[READING] = READY_READ | READY_HANG_UP | READY_ERROR,
		[WRITING] = READY_WRITE | READY_ERROR,
		[EXCEPTIONS] = READY_PRIORITY,
	};
	uint64_t all = sets->wanted[READING] | sets->wanted[WRITING] | sets->wanted[EXCEPTIONS];
	int64_t count = 0;

	for (unsigned i = 0; i < SETS; i++)
		ready[i] = 0;
	for (; all != 0; all &= all - 1) {
		unsigned fd = (unsigned)__builtin_ctzl(all);
		const struct file *file = descriptor_file(fd);
		if (file == NULL)
			return -EBADF;
		unsigned state = ready_for(file);
		for (unsigned i = 0; i < SETS; i++)
			if (state & meanings[i])
				ready[i] |= sets->wanted[i] & 1UL << fd;
	}
	for (unsigned i = 0; i < SETS; i++)
		for (uint64_t rest = ready[i]; rest != 0; rest &= rest - 1)
			count++;
	return count;
}

static int64_t select_until(struct sets *sets, uint64_t count, uint64_t deadline)
{
	uint64_t ready[SETS];
	int64_t result = take_sets(sets, count);

	if (result != 0)
		return result;
	while ((result = look(sets, ready)) == 0 && time_now() < deadline)
		if (wait_in_poll(deadline) != INTERRUPTED_NOT)
			return -EINTR;
	for (unsigned i = 0; i < SETS && result >= 0 && count > 0; i++)
		if (sets->addresses[i] != 0 &&
		    space_write(&current->space, sets->addresses[i], &ready[i], sizeof(ready[i])) != 0)
			return -EFAULT;
	return result;
}

static uint64_t deadline_in(uint64_t nanoseconds)
{
	uint64_t deadline;

	return __builtin_add_overflow(time_now(), nanoseconds, &deadline) ? TIME_NEVER : deadline;
}

/* As on Linux the time that is left replaces the timeout; if it cannot be written, nobody is told. */
SYSTEM_CALL(sys_select, uint64_t count, uint64_t reading, uint64_t writing, uint64_t exceptions, uint64_t timeout)
{
	struct sets sets = {.addresses = {reading, writing, exceptions}};
	uint64_t deadline = TIME_NEVER;
	int64_t time[2];

	if (timeout != 0) {
		int error = space_read(&current->space, time, timeout, sizeof(time));
		if (error != 0)
			return error;
		uint64_t nanoseconds;
		if (time[0] < 0 || time[1] < 0)
			return -EINVAL;
		if (__builtin_mul_overflow((uint64_t)time[0] + (uint64_t)time[1] / MICROSECONDS, NANOSECONDS,
					   &nanoseconds))
			nanoseconds = TIME_NEVER;
		deadline = deadline_in(nanoseconds);
		if (deadline != TIME_NEVER)
			deadline += (uint64_t)time[1] % MICROSECONDS * NANOSECONDS_PER_MICROSECOND;
	}
	int64_t result = select_until(&sets, count, deadline);
	if (timeout != 0 && deadline != TIME_NEVER) {
		uint64_t now = time_now(), left = deadline > now ? deadline - now : 0;
		time[0] = (int64_t)(left / NANOSECONDS);
		time[1] = (int64_t)(left % NANOSECONDS / NANOSECONDS_PER_MICROSECOND);
		space_write(&current->space, timeout, time, sizeof(time));
	}
	return result;
}

/* Blocks the signals of a mask while it waits. `masked` points to the mask's address and its size. */
SYSTEM_CALL(sys_pselect6, uint64_t count, uint64_t reading, uint64_t writing, uint64_t exceptions, uint64_t timeout,
	    uint64_t masked)
{
	struct sets sets = {.addresses = {reading, writing, exceptions}};
	uint64_t deadline = TIME_NEVER, nanoseconds = 0, mask[2] = {0};
	int64_t error = 0;

	if (masked != 0)
		error = space_read(&current->space, mask, masked, sizeof(mask));
	if (error == 0 && timeout != 0) {
		error = read_time(timeout, &nanoseconds);
		deadline = deadline_in(nanoseconds);
	}
	if (error != 0 || mask[0] == 0)
		return error != 0 ? error : select_until(&sets, count, deadline);
	error = signals_block_for_now(mask[0], mask[1]);
	return error != 0 ? error : select_until(&sets, count, deadline);
}

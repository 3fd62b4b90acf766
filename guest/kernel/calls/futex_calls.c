/* SPDX-License-Identifier: MIT */
/*
 * futex: what is left of it for one thread. Nobody else can be waiting at a word, so to wake wakes nobody; to wait ends
 * at once if the word has changed, or by the timeout, or by a signal.
 */
#include "kernel/boot/kernel_options.h"
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/devices/serial_console.h"
#include "kernel/devices/time.h"
#include "kernel/schedule/schedule.h"

enum { WAIT, WAKE, REQUEUE = 3, COMPARE_REQUEUE = 4, WAIT_BITSET = 9, WAKE_BITSET = 10 };
enum { OPERATION = 0x7f };

/* Without a timeout only a signal ends this, so the console says what a program waits for that expected threads. */
static int64_t wait_for_ever(uint64_t address)
{
	if (options.print_fatal_signals)
		print("[%u] %s waits at the futex 0x%lx: nobody can wake it, because there are no threads\n",
		      current->pid, current->program.name, address);
	return process_block(CHILD_OR_SIGNAL) == INTERRUPTED_NOT ? 0 : -EINTR;
}

/* The timeout is a time from now, or with WAIT_BITSET a point in time. */
static int64_t wait(uint64_t address, uint32_t expected, uint64_t timeout, bool absolute)
{
	uint64_t until = 0;
	uint32_t word;

	if (timeout != 0) {
		int64_t error = read_time(timeout, &until);
		if (error != 0)
			return error;
		if (!absolute && __builtin_add_overflow(time_now(), until, &until))
			until = TIME_NEVER;
	}
	if (address % sizeof(word) != 0)
		return -EINVAL;
	int error = space_read(&current->space, &word, address, sizeof(word));
	if (error != 0)
		return error;
	if (word != expected)
		return -EAGAIN;
	if (timeout == 0)
		return wait_for_ever(address);
	if (until > time_now() && process_sleep(until) != INTERRUPTED_NOT)
		return -EINTR;
	return -ETIMEDOUT;
}

SYSTEM_CALL(sys_futex, uint64_t address, uint64_t operation, uint64_t value, uint64_t timeout, uint64_t other,
	    uint64_t value3)
{
	uint32_t word;
	int error;

	switch (operation & OPERATION) {
	case WAIT:
		return wait(address, (uint32_t)value, timeout, false);
	case WAIT_BITSET:
		return (uint32_t)value3 == 0 ? -EINVAL : wait(address, (uint32_t)value, timeout, true);
	case WAKE_BITSET:
		if ((uint32_t)value3 == 0)
			return -EINVAL;
		break;
	case WAKE:
		break;
	case REQUEUE:
	case COMPARE_REQUEUE:
		if ((int32_t)value < 0 || (int32_t)timeout < 0 || other % sizeof(word) != 0)
			return -EINVAL;
		if (address % sizeof(word) != 0)
			return -EINVAL;
		error = space_read(&current->space, &word, address, sizeof(word));
		if (error != 0)
			return error;
		return (operation & OPERATION) == COMPARE_REQUEUE && word != (uint32_t)value3 ? -EAGAIN : 0;
	default:
		return -ENOSYS;
	}
	if (address % sizeof(word) != 0)
		return -EINVAL;
	return address < USER_END ? 0 : -EFAULT;
}

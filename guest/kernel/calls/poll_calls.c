/* SPDX-License-Identifier: MIT */
/* poll: waiting for several files at once. */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/files/descriptors.h"
#include "kernel/files/wait_queue.h"

#define NANOSECONDS_PER_MILLISECOND 1000000UL

/* struct pollfd */
struct polled {
	int32_t fd;
	int16_t wanted, ready;
};

unsigned ready_for(const struct file *file)
{
	return file->operations->ready == NULL ? READY_READ | READY_WRITE : file->operations->ready(file);
}

static unsigned ready_of(const struct polled *polled)
{
	const unsigned always = READY_ERROR | READY_HANG_UP;
	const struct file *file = descriptor_file((uint32_t)polled->fd);

	if (polled->fd < 0)
		return 0;
	if (file == NULL)
		return READY_INVALID;
	unsigned ready = ready_for(file);
	if (ready & READY_READ)
		ready |= READY_READ_NORMAL;
	if (ready & READY_WRITE)
		ready |= READY_WRITE_NORMAL;
	return ready & ((unsigned)polled->wanted | always);
}

/* Fills in which of the files are ready for what. How many are, or -errno. */
static int64_t look(uint64_t address, uint64_t count)
{
	struct polled polled;
	int64_t ready = 0;

	for (uint64_t i = 0; i < count; i++, address += sizeof(polled)) {
		int error = space_read(&current->space, &polled, address, sizeof(polled));
		if (error != 0)
			return error;
		polled.ready = (int16_t)ready_of(&polled);
		ready += polled.ready != 0;
		error = space_write(&current->space, address, &polled, sizeof(polled));
		if (error != 0)
			return error;
	}
	return ready;
}

static int64_t poll_until(uint64_t address, uint64_t count, uint64_t deadline)
{
	int64_t ready;

	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	while ((ready = look(address, count)) == 0 && time_now() < deadline)
		if (wait_in_poll(deadline) != INTERRUPTED_NOT)
			return -EINTR;
	return ready;
}

SYSTEM_CALL(sys_poll, uint64_t address, uint64_t count, uint64_t timeout)
{
	int32_t milliseconds = (int32_t)timeout;

	if (milliseconds < 0)
		return poll_until(address, count, TIME_NEVER);
	return poll_until(address, count, time_now() + (uint64_t)milliseconds * NANOSECONDS_PER_MILLISECOND);
}

/* Blocks the signals of `mask`, and no others, while it waits, so that no signal can come just before the wait. */
SYSTEM_CALL(sys_ppoll, uint64_t address, uint64_t count, uint64_t timeout, uint64_t mask, uint64_t size)
{
	uint64_t deadline = TIME_NEVER, nanoseconds;
	int64_t error = 0;

	if (timeout != 0)
		error = read_time(timeout, &nanoseconds);
	if (error == 0 && timeout != 0 && __builtin_add_overflow(time_now(), nanoseconds, &deadline))
		deadline = TIME_NEVER;
	if (error != 0 || mask == 0)
		return error != 0 ? error : poll_until(address, count, deadline);
	error = signals_block_for_now(mask, size);
	return error != 0 ? error : poll_until(address, count, deadline);
}

/* SPDX-License-Identifier: MIT */
/* poll: waiting for several files at once. Semantics as in Linux's manual pages, section 2. */
#include "kernel/files.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

#define UNUSED(a) (void)(a)

#define NANOSECONDS_PER_MILLISECOND 1000000UL

/* struct pollfd */
struct polled {
	int32_t fd;
	int16_t wanted, ready;
};

static unsigned ready_of(const struct polled *polled)
{
	const unsigned always = READY_ERROR | READY_HANG_UP;
	const struct file *file = descriptor_file((uint32_t)polled->fd);

	if (polled->fd < 0)
		return 0;
	if (file == NULL)
		return READY_INVALID;
	unsigned ready = file->operations->ready == NULL ? READY_READ | READY_WRITE : file->operations->ready(file);
	return ready & ((unsigned)polled->wanted | always);
}

/* Fills in what is ready. How many are, or -errno. */
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

int64_t sys_poll(uint64_t address, uint64_t count, uint64_t timeout, uint64_t d, uint64_t e, uint64_t f)
{
	UNUSED(d), UNUSED(e), UNUSED(f);
	int32_t milliseconds = (int32_t)timeout;
	uint64_t deadline = UINT64_MAX;
	int64_t ready;

	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	if (milliseconds >= 0)
		deadline = time_now() + (uint64_t)milliseconds * NANOSECONDS_PER_MILLISECOND;
	while ((ready = look(address, count)) == 0 && time_now() < deadline)
		wait_for_pollers(deadline);
	return ready;
}

/* SPDX-License-Identifier: MIT */
/* Random bytes: /dev/random and /dev/urandom, and getrandom(2). */
#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/files/device_files.h"
#include "kernel/files/transfer.h"
#include "kernel/schedule/schedule.h"

/* The finalizer of splitmix64 over readings of the TSC: random enough for hash seeds and file names, but no secret. */
static uint64_t random_word(void)
{
	static uint64_t state;

	state += (rdtsc() | 1) + options.seed;
	uint64_t word = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
	return (word ^ word >> 27) * 0x94d049bb133111eb;
}

int64_t random_give(uint64_t address, uint64_t size)
{
	uint64_t words[32], done = 0;
	int error = 0;

	while (done < size && error == 0) {
		uint64_t part = size - done < sizeof(words) ? size - done : sizeof(words);
		for (unsigned i = 0; i * sizeof(*words) < part; i++)
			words[i] = random_word();
		done += transfer_out(address + done, words, part, &error);
		if (schedule_pause())
			break;
	}
	return transfer_result(done, error);
}

static int64_t read_random(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	(void)file, (void)position;
	return random_give(address, size);
}

/* What is written makes nothing more random. */
static int64_t write_random(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address;
	return (int64_t)size;
}

const struct file_operations random_device = {.read = read_random, .write = write_random, .seekable = true};

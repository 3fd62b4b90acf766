/* SPDX-License-Identifier: MIT */
/*
 * /dev/counter and /dev/counter-guarded: each write adds 1 to a number in the kernel, each read tells the number.
 * Adding is a load, some time, and a store. In /dev/counter an interrupt can come between the two with irqs=on, and
 * what another process adds meanwhile is lost; in /dev/counter-guarded interrupts stay off. archive.c has their paths.
 */
#include <stdarg.h>

#include "kernel/devices/instructions.h"
#include "kernel/devices/time.h"
#include "kernel/files/device_files.h"
#include "kernel/lessons/interruptible.h"
#include "kernel/lib/format.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"

static uint64_t counter, guarded_counter;

/* Long enough that a timer interrupt soon comes within it, however fast the CPU is. */
enum { BETWEEN_LOAD_AND_STORE_US = 20, US_PER_MS = 1000 };

static void take_time(void)
{
	uint64_t start = rdtsc(), ticks = tsc_khz * BETWEEN_LOAD_AND_STORE_US / US_PER_MS;

	while (rdtsc() - start < ticks)
		;
}

static int64_t add(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address;
	interruptible_begin();
	uint64_t value = *(volatile uint64_t *)&counter;
	take_time();
	*(volatile uint64_t *)&counter = value + 1;
	interruptible_end();
	return (int64_t)size;
}

/* The cure on one CPU: nobody else can run between the load and the store. */
static int64_t add_guarded(struct file *file, uint64_t address, uint64_t size)
{
	(void)file, (void)address;
	uint64_t value = guarded_counter;
	take_time();
	guarded_counter = value + 1;
	return (int64_t)size;
}

enum { TEXT_SIZE = 24 };

static size_t put(char text[TEXT_SIZE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_text(text, TEXT_SIZE, format, arguments);
	va_end(arguments);
	return length;
}

/* The number as a line. */
static int64_t tell(uint64_t number, uint64_t address, uint64_t size, uint64_t *position)
{
	char text[TEXT_SIZE];
	uint64_t length = put(text, "%lu\n", number);

	if (*position >= length)
		return 0;
	uint64_t part = size < length - *position ? size : length - *position;
	int error = space_write(&current->space, address, text + *position, part);
	if (error != 0)
		return error;
	*position += part;
	return (int64_t)part;
}

static int64_t tell_counter(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	(void)file;
	return tell(counter, address, size, position);
}

static int64_t tell_guarded(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	(void)file;
	return tell(guarded_counter, address, size, position);
}

const struct file_operations counter_device = {.read = tell_counter, .write = add, .seekable = true};
const struct file_operations guarded_counter_device = {.read = tell_guarded, .write = add_guarded, .seekable = true};

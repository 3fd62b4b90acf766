/* SPDX-License-Identifier: MIT */
/*
 * Two processes add to one number in the kernel, and every addition should count: to /dev/counter, which an interrupt
 * can split if system calls can be interrupted (irqs=on), and to /dev/counter-guarded, which nothing can split.
 *   lostupdate [UPDATES]   of each process, 2000 by default
 * Exit status: 0, or 1 if an addition to /dev/counter-guarded was lost.
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

static uint64_t value_of(int counter)
{
	char text[24] = {0};
	uint64_t value = 0;

	read(counter, text, sizeof(text) - 1);
	for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
		value = value * 10 + (uint64_t)(*digit - '0');
	return value;
}

static uint64_t read_counter(const char *path)
{
	int counter = open(path, O_RDONLY, 0);
	uint64_t value = value_of(counter);

	close(counter);
	return value;
}

static void add(const char *path, uint64_t updates)
{
	int counter = open(path, O_WRONLY, 0);

	while (updates--)
		write(counter, "+", 1);
	close(counter);
}

/* Returns how many of the additions of two processes did not count. */
static uint64_t lost_by_two(const char *path, uint64_t updates)
{
	uint64_t before = read_counter(path);
	int child = fork();

	if (child < 0) {
		dprintf(STDERR, "lostupdate: fork: %s\n", error_name(child));
		exit_group(1);
	}
	add(path, updates);
	if (child == 0)
		exit_group(0);
	wait4(child, NULL, 0, NULL);
	uint64_t counted = read_counter(path) - before;
	printf("%-20s 2 x %lu updates, %lu counted, %lu lost\n", path, updates, counted, 2 * updates - counted);
	return 2 * updates - counted;
}

int main(int argc, char **argv)
{
	uint64_t updates = number_argument(argc, argv, 1, 2000);

	lost_by_two("/dev/counter", updates);
	return lost_by_two("/dev/counter-guarded", updates) != 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Times crossings into the kernel by the TSC, for `vmm bench`: prints one line per row with its name, the crossings
 * per sample, and the TSC ticks of each sample.
 *   measure TICKS SAMPLES ROW...   a sample lasts at least TICKS; ROW is in the table below, or demand-zero, or
 *                                  yield-N-K or touch-K: N processes, K KiB touched by each between two yields,
 *                                  or teardown-K: the end of a process that has touched K KiB
 */
#include <stdbool.h>

#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { SAMPLES_MAX = 64, PAGE = 4096, KIB = 1024, WORKING_SET_MAX = 256 * KIB, PROCESSES_MAX = 4096 };
enum { PROT_READ_WRITE = 3, MAP_PRIVATE_ANONYMOUS = 0x22, LINE = 64, BLOCK = 64 };

struct shape {
	uint64_t processes, bytes; /* for the rows yield and touch; bytes per process */
};

static char memory[WORKING_SET_MAX];
static int null_fd, zero_fd;
static int children[PROCESSES_MAX];

/*
 * The instructions before RDTSC complete before the TSC is read, and those after RDTSC wait until it has been read
 * (SDM vol. 2B, RDTSC).
 */
static uint64_t tsc_between_fences(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* In ring 0 the program may be emulated instruction by instruction, and the emulator may not know LFENCE. */
static uint64_t tsc_alone(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static uint64_t tsc(void)
{
	uint16_t code_segment;

	__asm__("mov %%cs, %0" : "=r"(code_segment));
	return (code_segment & 3) == 3 ? tsc_between_fences() : tsc_alone();
}

static void touch(uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += LINE)
		memory[at]++;
}

/* ---- the rows: each does `count` crossings ---- */

static void null_call(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		getppid();
}

static void read_1(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		read(zero_fd, memory, 1);
}

static void read_4096(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		read(zero_fd, memory, PAGE);
}

static void write_1(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		write(null_fd, memory, 1);
}

static void write_4096(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		write(null_fd, memory, PAGE);
}

static void fork_exit(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--) {
		int pid = fork();

		if (pid == 0)
			exit_group(0);
		wait4(pid, NULL, 0, NULL);
	}
}

static void fork_exec(uint64_t count, const struct shape *shape)
{
	char *words[] = {"null", "0", NULL}, *environment[] = {NULL};

	(void)shape;
	while (count--)
		wait4(start_program(words, environment), NULL, 0, NULL);
}

static void work(uint64_t count, const struct shape *shape)
{
	(void)shape;
	while (count--)
		for (uint64_t i = 0, x = count; i < BLOCK; i++)
			__asm__ volatile("imul $0x5851f42d, %0, %0" : "+r"(x));
}

static void touch_only(uint64_t count, const struct shape *shape)
{
	while (count--)
		touch(shape->bytes);
}

static void yield(uint64_t count, const struct shape *shape)
{
	while (count--) {
		touch(shape->bytes);
		sched_yield();
	}
}

static const struct row {
	const char *name;
	void (*cross)(uint64_t count, const struct shape *shape);
} rows[] = {
	{"null", null_call},	    {"read-1", read_1},	      {"read-4096", read_4096}, {"write-1", write_1},
	{"write-4096", write_4096}, {"fork-exit", fork_exit}, {"fork-exec", fork_exec}, {"work", work},
};

/* ---- samples ---- */

static uint64_t time_of(const struct row *row, uint64_t count, const struct shape *shape)
{
	uint64_t start = tsc();

	row->cross(count, shape);
	return tsc() - start;
}

/*
 * Doubles the crossings until a sample lasts long enough. The first run is not timed, because it takes page faults on
 * memory that was not used before.
 */
static uint64_t suitable_count(const struct row *row, const struct shape *shape, uint64_t ticks)
{
	uint64_t count = 1;

	row->cross(count, shape);
	while (time_of(row, count, shape) < ticks)
		count *= 2;
	return count;
}

static void print_line(const char *name, uint64_t count, const uint64_t *samples, uint64_t sample_count)
{
	printf("%s %lu", name, count);
	for (uint64_t i = 0; i < sample_count; i++)
		printf(" %lu", samples[i]);
	printf("\n");
}

static void measure(const char *name, const struct row *row, const struct shape *shape, uint64_t ticks,
		    uint64_t sample_count)
{
	uint64_t samples[SAMPLES_MAX], count = suitable_count(row, shape, ticks);

	for (uint64_t i = 0; i < sample_count; i++)
		samples[i] = time_of(row, count, shape);
	print_line(name, count * shape->processes, samples, sample_count);
}

/* Times one page fault for each page of a fresh mapping; every sample needs a new mapping. */
static void measure_demand_zero(uint64_t ticks, uint64_t sample_count)
{
	uint64_t samples[SAMPLES_MAX], pages = 1, last = 0;

	for (uint64_t i = 0; i < sample_count;) {
		char *fresh = (char *)system_call(RINGSIDE_SYS_mmap, 0, pages * PAGE, PROT_READ_WRITE,
						  MAP_PRIVATE_ANONYMOUS, (uint64_t)-1, 0);
		uint64_t start = tsc();

		for (uint64_t page = 0; page < pages; page++)
			fresh[page * PAGE] = 1;
		last = tsc() - start;
		system_call(RINGSIDE_SYS_munmap, (uint64_t)fresh, pages * PAGE, 0, 0, 0, 0);
		if (i == 0 && last < ticks && pages < PROCESSES_MAX)
			pages *= 2;
		else
			samples[i++] = last;
	}
	print_line("demand-zero", pages, samples, sample_count);
}

static void measure_yield(const char *name, const struct shape *shape, uint64_t ticks, uint64_t sample_count)
{
	const struct row row = {name, yield};

	for (uint64_t i = 1; i < shape->processes; i++) {
		children[i] = fork();
		if (children[i] == 0)
			yield(UINT64_MAX, shape);
	}
	measure(name, &row, shape, ticks, sample_count);
	for (uint64_t i = 1; i < shape->processes; i++) {
		kill(children[i], SIGKILL);
		wait4(children[i], NULL, 0, NULL);
	}
}

/* The child is killed while it waits for the CPU, so the parent's kill does all the work of ending it. */
static void measure_teardown(const char *name, uint64_t bytes, uint64_t sample_count)
{
	uint64_t samples[SAMPLES_MAX];

	for (uint64_t i = 0; i < sample_count; i++) {
		int child = fork();

		if (child == 0) {
			touch(bytes);
			for (;;)
				sched_yield();
		}
		sched_yield();
		uint64_t start = tsc();
		kill(child, SIGKILL);
		samples[i] = tsc() - start;
		wait4(child, NULL, 0, NULL);
	}
	print_line(name, 1, samples, sample_count);
}

/* Parses the `count` decimal numbers, separated by '-', that follow `prefix` in `name`. */
static bool numbers_behind(const char *name, const char *prefix, uint64_t *numbers, unsigned count)
{
	size_t length = strlen(prefix);

	if (strncmp(name, prefix, length) != 0)
		return false;
	name += length;
	for (unsigned i = 0; i < count; i++, name++) {
		for (numbers[i] = 0; *name >= '0' && *name <= '9'; name++)
			numbers[i] = numbers[i] * 10 + (uint64_t)(*name - '0');
		if (*name != (i + 1 < count ? '-' : '\0'))
			return false;
	}
	return true;
}

static bool measure_named(const char *name, uint64_t ticks, uint64_t sample_count)
{
	struct shape shape = {1, 0};
	uint64_t numbers[2];

	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(name, rows[i].name) == 0) {
			measure(name, &rows[i], &shape, ticks, sample_count);
			return true;
		}
	if (strcmp(name, "demand-zero") == 0) {
		measure_demand_zero(ticks, sample_count);
	} else if (numbers_behind(name, "touch-", numbers, 1) && numbers[0] * KIB <= WORKING_SET_MAX) {
		const struct row row = {name, touch_only};
		shape.bytes = numbers[0] * KIB;
		measure(name, &row, &shape, ticks, sample_count);
	} else if (numbers_behind(name, "teardown-", numbers, 1) && numbers[0] * KIB <= WORKING_SET_MAX) {
		measure_teardown(name, numbers[0] * KIB, sample_count);
	} else if (numbers_behind(name, "yield-", numbers, 2) && numbers[0] - 1 < PROCESSES_MAX &&
		   numbers[1] * KIB <= WORKING_SET_MAX) {
		shape = (struct shape){numbers[0], numbers[1] * KIB};
		measure_yield(name, &shape, ticks, sample_count);
	} else {
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	uint64_t ticks = number_argument(argc, argv, 1, 1000000), samples = number_argument(argc, argv, 2, 1);

	if (samples < 1 || samples > SAMPLES_MAX)
		return STATUS_USAGE;
	null_fd = (int)system_call(RINGSIDE_SYS_open, (uint64_t) "/dev/null", O_RDWR, 0, 0, 0, 0);
	zero_fd = (int)system_call(RINGSIDE_SYS_open, (uint64_t) "/dev/zero", O_RDWR, 0, 0, 0, 0);
	for (int i = 3; i < argc; i++)
		if (!measure_named(argv[i], ticks, samples)) {
			dprintf(STDERR, "measure: %s: no such row\n", argv[i]);
			return STATUS_USAGE;
		}
	return 0;
}

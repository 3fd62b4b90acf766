/* SPDX-License-Identifier: MIT */
/*
 * The report at the end of the run: one line for each process, but only for those that used most if there were many, a
 * chart of which process had the CPU when, and the totals. Nothing is formatted before the end. Lines have at most 80
 * columns, because the kernel does not know the terminal; whether it has UTF-8, the VMM tells. Under QEMU, which does
 * not, it is taken to have it.
 */
#include "kernel/watch/end_report.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/calls/absent_calls.h"
#include "kernel/devices/ringside_device.h"
#include "kernel/devices/serial_console.h"
#include "kernel/devices/time.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/watch/counters.h"

enum { ROWS_MAX = 40, COLUMNS = 60, LEVELS = 8 };

struct row {
	uint32_t pid;
	char name[NAME_SIZE];
	bool alive; /* when the run ended */
	int status;
	const char *killed_by;
	uint64_t slices, voluntary, involuntary, syscalls, cpu_ticks;
	uint64_t ring3_ticks, ring0_ticks, waiting_ticks;
};

static struct row rows[ROWS_MAX];
static unsigned row_count, rows_left_out;
static int init_status;

/* The row of the process that used the least CPU time. Looked for only when another process takes its row. */
static struct row *least_row(void)
{
	struct row *least = &rows[0];

	for (unsigned i = 1; i < row_count; i++)
		if (rows[i].cpu_ticks < least->cpu_ticks)
			least = &rows[i];
	return least;
}

/* A row for a process: a new one, or that of a process that used less; NULL: all used more. Init has one always. */
static struct row *row_for(const struct process *process)
{
	static struct row *least;

	if (row_count < ROWS_MAX)
		return &rows[row_count++];
	rows_left_out++;
	if (least == NULL)
		least = least_row();
	if (process->cpu_ticks < least->cpu_ticks && process != init)
		return NULL;
	struct row *row = least;
	least = NULL;
	return row;
}

static void keep(const struct process *process, bool alive, int status)
{
	struct row *row = row_for(process);

	if (row == NULL)
		return;
	*row = (struct row){
		.pid = process->pid,
		.alive = alive,
		.status = status,
		.killed_by = process->killed_by,
		.slices = process->slices,
		.voluntary = process->voluntary,
		.involuntary = process->involuntary,
		.syscalls = process->syscalls,
		.cpu_ticks = process->cpu_ticks,
		.ring3_ticks = process->ring3_ticks,
		.ring0_ticks = process->ring0_ticks,
		.waiting_ticks = process->waiting_ticks,
	};
	memcpy(row->name, process->program.name, NAME_SIZE);
}

void report_process(const struct process *process, int status)
{
	if (process != init) /* which comes last, so that no other can take its row */
		keep(process, false, status);
	else
		init_status = status;
}

static void keep_the_living(void)
{
	for (const struct process *process = process_next(init); process != NULL; process = process_next(process))
		if (process->state != ZOMBIE)
			keep(process, true, 0);
	keep(init, false, init_status);
}

static void sort_rows(void)
{
	for (unsigned i = 1; i < row_count; i++)
		for (unsigned j = i; j > 0 && rows[j].pid < rows[j - 1].pid; j--) {
			struct row row = rows[j];
			rows[j] = rows[j - 1];
			rows[j - 1] = row;
		}
}

static void print_rows(void)
{
	print("\n pid  program      CPU ms  slices preempted gave way syscalls  ended\n");
	for (unsigned i = 0; i < row_count; i++) {
		const struct row *row = &rows[i];
		uint64_t tenths = time_tenths_of_ms(row->cpu_ticks);
		print("%4u  %-11s %5lu.%lu %7lu %9lu %8lu %8lu  ", row->pid, row->name, tenths / 10, tenths % 10,
		      row->slices, row->involuntary, row->voluntary, row->syscalls);
		if (row->alive)
			print("no\n");
		else if ((row->status & 0x7f) == 0)
			print("exit %d\n", row->status >> 8);
		else if (row->killed_by != NULL)
			print("killed by #%s\n", row->killed_by);
		else
			print("killed, signal %d\n", row->status & 0x7f);
	}
	if (rows_left_out > 0)
		print("      and %u more, which used less CPU time\n", rows_left_out);
}

static void print_times(void)
{
	print("\n pid  program    ring 3 ms  ring 0 ms  waiting ms\n");
	for (unsigned i = 0; i < row_count; i++) {
		const struct row *row = &rows[i];
		const uint64_t times[] = {row->ring3_ticks, row->ring0_ticks, row->waiting_ticks};
		print("%4u  %-9s", row->pid, row->name);
		for (unsigned j = 0; j < sizeof(times) / sizeof(*times); j++) {
			uint64_t tenths = time_tenths_of_ms(times[j]);
			print(" %8lu.%lu", tenths / 10, tenths % 10);
		}
		print("\n");
	}
}

/* ---- the chart ---- */

/* For each column of the chart, how many of its TSC ticks the process had the CPU. */
static void shares(uint32_t pid, uint64_t start, uint64_t width, uint64_t columns[COLUMNS])
{
	memset(columns, 0, COLUMNS * sizeof(*columns));
	for (const struct slice *slice = slices; slice < slices_end; slice++) {
		if (slice->pid != pid)
			continue;
		uint64_t from = slice->start - start, to = slice->end - start;
		for (uint64_t column = from / width; column < COLUMNS && from < to; column++) {
			uint64_t edge = (column + 1) * width, part = to < edge ? to : edge;
			columns[column] += part - from;
			from = part;
		}
	}
}

static void print_lane(const struct row *row, uint64_t start, uint64_t width)
{
	static const char levels[2][LEVELS][4] = {{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
						  {".", ":", "-", "=", "+", "*", "#", "@"}};
	const unsigned ascii = (ringside_features() & RINGSIDE_FEATURE_ASCII) != 0;
	static uint64_t columns[COLUMNS];
	char line[COLUMNS * 3 + 1], *end = line;

	shares(row->pid, start, width, columns);
	for (unsigned i = 0; i < COLUMNS; i++) {
		uint64_t level = (columns[i] * LEVELS + width - 1) / width;
		const char *mark = level == 0 ? " " : levels[ascii][level > LEVELS ? LEVELS - 1 : level - 1];
		while (*mark != '\0')
			*end++ = *mark++;
	}
	*end = '\0';
	print("%4u  %-11s |%s|\n", row->pid, row->name, line);
}

static void print_chart(void)
{
	if (slices_end - slices < 2)
		return;
	uint64_t start = slices[0].start, width = (slices_end[-1].end - start) / COLUMNS + 1;
	uint64_t tenths = time_tenths_of_ms(width);

	print("\n who had the CPU, %lu.%lu ms a column%s\n", tenths / 10, tenths % 10,
	      slices_end == slices + SLICES_MAX ? " (the first 2048 time slices)" : "");
	for (unsigned i = 0; i < row_count; i++)
		print_lane(&rows[i], start, width);
}

void report_print(void)
{
	keep_the_living();
	sort_rows();
	print_rows();
	if (options.account)
		print_times();
	print_chart();
	print("\n%lu ticks, %lu context switches, %lu of them forced by the timer", ticks, switches, preemptions);
	if (stray_interrupts > 0)
		print(", %lu stray interrupts", stray_interrupts);
	print("\n");
	report_absent_calls();
}

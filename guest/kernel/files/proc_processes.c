/* SPDX-License-Identifier: MIT */
/*
 * /proc/processes: the process list as text, for `ps`. All lines have the same length, so that a position in the file
 * means a certain process and character even if the list changes between two reads.
 */
#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/time.h"
#include "kernel/files/device_files.h"
#include "kernel/lib/format.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/watch/account.h"

enum { LINE_SIZE = 128 };

static const char *state_of(const struct process *process)
{
	static const char *const blocked[] = {
		[TIME] = "sleeping",
		[CHILD_OR_SIGNAL] = "waiting",
		[READY_FILE] = "reading",
		[BORROWER] = "waiting",
	};

	if (process == current)
		return "running";
	if (process->state == BLOCKED)
		return blocked[process->waits_for];
	if (process->state == STOPPED)
		return "stopped";
	if (process->state == ENDING)
		return "ending";
	return process->state == ZOMBIE ? "zombie" : "runnable";
}

/* Fills a line with blanks up to the newline, which is always the last character. */
static void end_line(char line[LINE_SIZE + 1])
{
	size_t length = strlen(line);

	memset(line + length, ' ', LINE_SIZE - length);
	line[LINE_SIZE - 1] = '\n';
}

#define HEADING "  pid parent group  state      CPU ms  gave way  preempted  syscalls  pages "
#define TIMES_HEADING "    ring 3    ring 0   waiting "

static void describe(char line[LINE_SIZE + 1], const struct process *process)
{
	const uint64_t spent[] = {process->ring3_ticks, process->ring0_ticks, process->waiting_ticks};
	uint64_t tenths = time_tenths_of_ms(cpu_ticks_now(process));
	char times[sizeof(TIMES_HEADING) + 1] = "", *end = times;

	for (unsigned i = 0; options.account && i < sizeof(spent) / sizeof(*spent); i++, end += strlen(end))
		format_string(end, (size_t)(times + sizeof(times) - end), " %7lu.%lu", time_tenths_of_ms(spent[i]) / 10,
			      time_tenths_of_ms(spent[i]) % 10);
	format_string(line, LINE_SIZE + 1, "%5u %6u %5u  %-8s %8lu.%lu %9lu %10lu %9lu %6lu%s  %s", process->pid,
		      process->parent == NULL ? 0 : process->parent->pid, process->group, state_of(process),
		      tenths / 10, tenths % 10, process->voluntary, process->involuntary, process->syscalls,
		      process->space.page_count, times, process->program.name);
	end_line(line);
}

static int64_t read_processes(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	char line[LINE_SIZE + 1];
	uint64_t done = 0, skip = *position / LINE_SIZE, offset = *position % LINE_SIZE;
	const struct process *process = init;

	(void)file;
	for (uint64_t i = 1; i < skip && process != NULL; i++)
		process = process_next(process);
	for (; done < size && process != NULL; offset = 0) {
		if (skip == 0) {
			format_string(line, sizeof(line), HEADING "%s program", options.account ? TIMES_HEADING : "");
			end_line(line);
			skip = 1;
		} else {
			describe(line, process);
			process = process_next(process);
		}
		uint64_t part = LINE_SIZE - offset < size - done ? LINE_SIZE - offset : size - done;
		int error = space_write(&current->space, address + done, line + offset, part);
		if (error != 0)
			return error;
		done += part;
		*position += part;
	}
	return (int64_t)done;
}

const struct file_operations process_list = {.read = read_processes, .seekable = true};

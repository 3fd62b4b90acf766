/* SPDX-License-Identifier: MIT */
/*
 * Runs the benchmark's guest under QEMU, where QEMU is installed. Without the bench device the guest measures
 * everything by itself and prints it to the debug console.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/bench/bench_child.h"
#include "tools/bench/bench_session.h"
#include "tools/output/order_statistics.h"

#define QEMU "qemu-system-x86_64"

enum { SECONDS_MAX = 20, STATUS_DONE = 1 /* isa-debug-exit: value << 1 | 1 */, PATH_SIZE = 256 };

#define CROSSING_NAME(name) #name,
static const char *const names[] = {BENCH_CROSSINGS(CROSSING_NAME)};
#undef CROSSING_NAME

static char output[CHILD_OUTPUT_MAX];

bool session_has_peer(void)
{
	const char *directory = getenv("PATH");
	char path[PATH_SIZE];

	while (directory != NULL && *directory != '\0') {
		const size_t length = strcspn(directory, ":");
		const int size = snprintf(path, sizeof(path), "%.*s/" QEMU, (int)length, directory);

		if (size < PATH_SIZE && access(path, X_OK) == 0)
			return true;
		directory += length + (directory[length] == ':');
	}
	return false;
}

void session_tell_peer(const struct session *session, char *version, size_t size)
{
	static const char *const words[] = {QEMU, "--version", NULL};
	struct error ignored;
	bool has_rows = false;

	for (unsigned i = 0; i < bench_row_count; i++)
		has_rows = has_rows || (bench_rows[i].source == SOURCE_PEER && session->rows[i].is_shown);
	if (has_rows && child_run(words, SECONDS_MAX, output, &ignored) == 0)
		snprintf(version, size, "%.*s", (int)strcspn(output, "\n"), output);
}

/*
 * The lines of the two clocks come before the others. The median of each is subtracted from the samples of the rows
 * that it has measured.
 */
static bool take_clock(struct measured_line *line, double clock[2])
{
	for (unsigned i = BENCH_CLOCK0; i <= BENCH_CLOCK3; i++)
		if (measured_line_is(line, names[i])) {
			clock[i - BENCH_CLOCK0] = sort_for_median(line->ticks, line->tick_count);
			return true;
		}
	return false;
}

/* Keeps the samples of a line for the rows that are of it, and counts these in *kept. */
static int keep(struct session *session, const char *accelerator, const struct measured_line *line,
		const double clock[2], unsigned *kept, struct error *error)
{
	double values[BENCH_SAMPLES_MAX];

	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		if (row->source != SOURCE_PEER || !session->rows[i].is_measured ||
		    strcmp(row->words, accelerator) != 0 || !measured_line_is(line, names[row->what]))
			continue;
		for (size_t j = 0; j < line->tick_count; j++)
			values[j] =
				session_ns(session, (line->ticks[j] - clock[bench_row_is_ring3(row)]) / line->count);
		session->rows[i].iterations = (uint64_t)line->count;
		if (session_keep(session, i, values, line->tick_count, error) < 0)
			return -1;
		++*kept;
	}
	return 0;
}

static int run(const struct session *session, const char *accelerator, struct error *error)
{
	/*
	 * microvm, because the firmware of the others takes seconds where ring 0 is emulated; qemu64, because such
	 * a KVM has not all that `max` offers.
	 */
	const char *cpu = strcmp(accelerator, "kvm") == 0 ? "qemu64" : "max";
	/* clang-format off */
	const char *const words[] = {
		QEMU, "-M", "microvm", "-accel", accelerator, "-cpu", cpu, "-m", "64", "-nodefaults", "-display", "none",
		"-no-reboot", "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
		"-kernel", session->options->bench_image, NULL,
	};
	/* clang-format on */
	const int status = child_run(words, SECONDS_MAX, output, error);

	if (status >= 0 && status != STATUS_DONE)
		return error_set(error, QEMU " -accel %s ended with status %d%s", accelerator, status,
				 child_complaint());
	return status < 0 ? -1 : 0;
}

int session_measure_peer(struct session *session, const char *accelerator, struct error *error)
{
	double ticks[BENCH_SAMPLES_MAX], clock[2] = {0, 0};
	const char *text = output;
	struct measured_line line;
	unsigned kept = 0;

	if (run(session, accelerator, error) < 0)
		return -1;
	while (measured_line_next(&text, &line, ticks, BENCH_SAMPLES_MAX))
		if (!take_clock(&line, clock) && keep(session, accelerator, &line, clock, &kept, error) < 0)
			return -1;
	/* QEMU ends with the same status when the image is done and when it cannot start. */
	if (kept == 0)
		return error_set(error, QEMU " -accel %s measured nothing%s", accelerator, child_complaint());
	return 0;
}

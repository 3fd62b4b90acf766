/* SPDX-License-Identifier: MIT */
/* The same guest image under QEMU, when that is installed: the image measures alone and tells by the debug console. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/order_statistics.h"
#include "tools/bench/bench_child.h"
#include "tools/bench/bench_session.h"

#define QEMU "qemu-system-x86_64"
#define NS_PER_MS 1e6

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

static bool is_named(const struct measured_line *line, const char *name)
{
	return strlen(name) == line->name_length && memcmp(line->name, name, line->name_length) == 0;
}

/* The lines of the clocks come first. Theirs is the median that the others have subtracted. */
static bool take_clock(struct measured_line *line, double clock[2])
{
	for (unsigned i = BENCH_CLOCK0; i <= BENCH_CLOCK3; i++)
		if (is_named(line, names[i])) {
			clock[i - BENCH_CLOCK0] = sort_for_median(line->ticks, line->tick_count);
			return true;
		}
	return false;
}

/* Rows that got samples; -1: no memory. */
static int keep(struct session *session, const char *accelerator, const struct measured_line *line,
		const double clock[2])
{
	double values[BENCH_SAMPLES_MAX];
	int kept = 0;

	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		if (row->source != SOURCE_PEER || !session->rows[i].is_measured ||
		    strcmp(row->words, accelerator) != 0 || !is_named(line, names[row->what]))
			continue;
		for (size_t j = 0; j < line->tick_count; j++)
			values[j] = (line->ticks[j] - clock[bench_row_is_ring3(row)]) / line->count * NS_PER_MS /
				    session->machine.vcpu.tsc_khz;
		session->rows[i].iterations = (uint64_t)line->count;
		if (!series_add_round(&session->rows[i].series, values, line->tick_count))
			return -1;
		kept++;
	}
	return kept;
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
	struct measured_line line;
	int kept = 0;

	if (run(session, accelerator, error) < 0)
		return -1;
	for (const char *text = output; *text != '\0';) {
		if (measured_line_parse(text, &line, ticks, BENCH_SAMPLES_MAX) && !take_clock(&line, clock)) {
			const int more = keep(session, accelerator, &line, clock);

			if (more < 0)
				return error_set(error, "not enough memory for the samples");
			kept += more;
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	/* The status of an image that is done is the one QEMU has when it cannot start, too. */
	if (kept == 0)
		return error_set(error, QEMU " -accel %s measured nothing%s", accelerator, child_complaint());
	return 0;
}

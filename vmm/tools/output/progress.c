/* SPDX-License-Identifier: MIT */
/* The line of progress: see progress.h. */
#include "tools/output/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"

enum { DELAY_MS = 2000, INTERVAL_MS = 250, INTERVAL_RECORDS = 1 << 16 };

static struct {
	bool terminal;
	uint64_t start_ms, shown_ms;
	uint64_t records; /* given out by progress_next() */
} progress;

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_start(void)
{
	progress.terminal = terminal_redraws(STDERR_FILENO);
	progress.start_ms = now_ms();
	progress.shown_ms = progress.records = 0;
}

static bool is_due(void)
{
	uint64_t now = progress.terminal ? now_ms() : 0;

	if (!progress.terminal || now - progress.start_ms < DELAY_MS || now - progress.shown_ms < INTERVAL_MS)
		return false;
	progress.shown_ms = now;
	return true;
}

static void show(double count, const char *unit, double part)
{
	fprintf(stderr, "\rvmm: %.1f %s", count, unit);
	if (part >= 0)
		fprintf(stderr, ", %.0f %%", 100 * (part < 1 ? part : 1));
	fputs("\x1b[K", stderr);
}

void progress_records(const struct trace_reader *reader, uint64_t records)
{
	if (is_due())
		show((double)records / 1e6, "million records", trace_reader_progress(reader));
}

void progress_bytes(const struct stream *stream, uint64_t bytes)
{
	if (is_due())
		show((double)bytes / 1e6, "MB", stream_progress(stream));
}

void progress_end(void)
{
	if (progress.shown_ms != 0)
		fputs("\r\x1b[K", stderr);
	progress.shown_ms = 0;
}

int progress_next(struct trace_reader *reader, union record *record, struct error *error)
{
	if (progress.records == 0)
		progress_start();
	if (++progress.records % INTERVAL_RECORDS == 0)
		progress_records(reader, progress.records);
	int more = trace_reader_next(reader, record, error);
	if (more <= 0)
		progress_end();
	return more;
}

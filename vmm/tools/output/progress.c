/* SPDX-License-Identifier: MIT */
#include "tools/output/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"
#include "base/units.h"

#define CLEAR_LINE "\r\x1b[K"

enum { DELAY_MS = 2000, INTERVAL_MS = 250, LINE_SIZE = 256 };

static bool is_shown;
static uint64_t start_ms, counted_ms;

/* A line that is longer than the terminal would be continued on a second, which CLEAR_LINE does not clear. */
void progress_show(const char *format, ...)
{
	const unsigned width = tty_style(STDERR_FILENO).width;
	char text[LINE_SIZE];
	va_list arguments;

	if (!tty_redraws(STDERR_FILENO))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, CLEAR_LINE "%.*s", width > 0 && width < LINE_SIZE ? (int)width - 1 : LINE_SIZE, text);
	is_shown = true;
}

void progress_end(void)
{
	if (is_shown)
		fputs(CLEAR_LINE, stderr);
	is_shown = false;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / NS_PER_MS;
}

void progress_start(void)
{
	start_ms = now_ms();
	counted_ms = 0;
}

void progress_count(double count, const char *unit, double part)
{
	const uint64_t now = now_ms();

	if (now - start_ms < DELAY_MS || now - counted_ms < INTERVAL_MS)
		return;
	counted_ms = now;
	if (part >= 0)
		progress_show("vmm: %.1f %s, %.0f %%", count, unit, 100 * (part < 1 ? part : 1));
	else
		progress_show("vmm: %.1f %s", count, unit);
}

/* SPDX-License-Identifier: MIT */
/* A profile as tables for people. */
#include <inttypes.h>

#include "tools/trace/stat/profile_lines.h"

#define NS_PER_US 1000.0
#define NS_PER_MS 1e6

static const char *const titles[PROFILE_TABLES] = {
	[PROFILE_EXIT] = "VM exit",
	[PROFILE_SYSCALL] = "System call",
	[PROFILE_EXCEPTION] = "Exception",
	[PROFILE_INTERRUPT] = "Interrupt",
};

struct page {
	FILE *out;
	const char *title; /* of a table of which no line has been printed yet; else NULL */
	struct profile_process_line total;
};

static void put_times(FILE *out, const char *where, const struct profile_times *times)
{
	if (times->count == 0) {
		fprintf(out, "  %-5s %10s\n", where, "-");
		return;
	}
	fprintf(out, "  %-5s %10.2f %10.2f %10.2f %10.2f %10.2f %12.2f\n", where, times->min / NS_PER_US,
		times->mean / NS_PER_US, times->p50 / NS_PER_US, times->p90 / NS_PER_US, times->p99 / NS_PER_US,
		times->max / NS_PER_US);
}

static void begin_table(struct page *page)
{
	if (page->title == NULL)
		return;
	fprintf(page->out, "%-18s %10s %9s %9s  %-5s %10s %10s %10s %10s %10s %12s\n", page->title, "Samples",
		"Samples%", "Time%", "us", "Min", "Mean", "p50", "p90", "p99", "Max");
	page->title = NULL;
}

static void put_line(void *context, const struct profile_line *line)
{
	struct page *page = context;

	begin_table(page);
	fprintf(page->out, "%-18s %10" PRIu64 " %8.2f%% %8.2f%%", line->name, line->samples, line->samples_percent,
		line->time_percent);
	put_times(page->out, "VMM", &line->vmm);
	fprintf(page->out, "%49s", "");
	put_times(page->out, "guest", &line->guest);
}

static void put_event(void *context, const char *name, uint64_t samples)
{
	struct page *page = context;

	if (page->title != NULL)
		fprintf(page->out, "\n%-18s %10s\n", page->title, "Samples");
	page->title = NULL;
	fprintf(page->out, "%-18s %10" PRIu64 "\n", name, samples);
}

static void put_process_times(FILE *out, const struct profile_process_line *line)
{
	fprintf(out, " %12.3f %12.3f %12.3f %10" PRIu64 "\n", line->user / NS_PER_MS, line->kernel / NS_PER_MS,
		line->vmm / NS_PER_MS, line->switches);
}

static void put_process(void *context, const struct profile_process_line *line)
{
	struct page *page = context;

	if (page->title != NULL)
		fprintf(page->out, "\n%-7s %-21s %12s %12s %12s %10s\n", "Process", page->title, "ring 3 ms",
			"ring 0 ms", "VMM ms", "Switches");
	page->title = NULL;
	fprintf(page->out, "%7" PRIu32 " %-21s", line->pid, line->program != NULL ? line->program : "-");
	put_process_times(page->out, line);
	page->total.user += line->user;
	page->total.kernel += line->kernel;
	page->total.vmm += line->vmm;
	page->total.switches += line->switches;
}

void profile_print(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct page page = {.out = out};

	for (enum profile_table table = 0; table < PROFILE_TABLES; table++) {
		page.title = titles[table];
		profile_lines(profile, clock, table, put_line, &page);
		if (page.title == NULL && table + 1 < PROFILE_TABLES)
			fputc('\n', out);
	}
	page.title = "program";
	profile_process_lines(profile, clock, put_process, &page);
	fprintf(out, "%-29s", "  total");
	put_process_times(out, &page.total);
	page.title = "Guest event";
	profile_event_lines(profile, put_event, &page);
}

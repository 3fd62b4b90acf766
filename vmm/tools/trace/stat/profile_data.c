/* SPDX-License-Identifier: MIT */
/* A profile for programs: JSON and CSV. Times are nanoseconds. */
#include <inttypes.h>

#include "tools/trace/stat/profile_lines.h"

struct writer {
	FILE *out;
	const char *separator;
	const char *table;
	uint64_t exits, events;
	double vmm, guest;
};

/* In double quotes, which each format has its own way of writing inside them. Names are visible ASCII. */
static void put_quoted(FILE *out, const char *text, char quote_escape)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc(quote_escape, out);
		else if (*text == '\\' && quote_escape == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* ---- JSON ---- */

static void put_json_times(FILE *out, const char *name, const struct profile_times *times)
{
	fprintf(out,
		"\"%s\": {\"samples\": %" PRIu64 ", \"total\": %.1f, \"min\": %.1f, \"mean\": %.1f, \"p50\": %.1f, "
		"\"p90\": %.1f, \"p99\": %.1f, \"max\": %.1f}",
		name, times->count, times->total, times->min, times->mean, times->p50, times->p90, times->p99,
		times->max);
}

static void put_json_line(void *context, const struct profile_line *line)
{
	struct writer *writer = context;
	FILE *out = writer->out;

	fprintf(out, "%s\n  {", writer->separator);
	if (writer->table != NULL)
		fprintf(out, "\"kind\": \"%s\", ", writer->table);
	fprintf(out, "\"name\": \"%s\", \"samples\": %" PRIu64 ", \"samples_percent\": %.4f, \"time_percent\": %.4f, ",
		line->name, line->samples, line->samples_percent, line->time_percent);
	put_json_times(out, "vmm_ns", &line->vmm);
	if (line->vmm.error >= 0)
		fprintf(out, ", \"vmm_mean_error_percent\": %.4f, ", line->vmm.error);
	else
		fprintf(out, ", \"vmm_mean_error_percent\": null, ");
	put_json_times(out, "guest_ns", &line->guest);
	fputc('}', out);
	writer->separator = ",";
	if (writer->table == NULL) {
		writer->exits += line->samples;
		writer->vmm += line->vmm.total;
		writer->guest += line->guest.total;
	}
}

static void put_json_event(void *context, const char *name, uint64_t samples)
{
	struct writer *writer = context;

	fprintf(writer->out, "%s\n  {\"name\": \"%s\", \"samples\": %" PRIu64 "}", writer->separator, name, samples);
	writer->separator = ",";
	writer->events += samples;
}

static void put_json_process(void *context, const struct profile_process_line *line)
{
	struct writer *writer = context;
	FILE *out = writer->out;

	fprintf(out, "%s\n  {\"pid\": %" PRIu32 ", \"program\": ", writer->separator, line->pid);
	if (line->program != NULL)
		put_quoted(out, line->program, '\\');
	else
		fputs("null", out);
	fprintf(out, ", \"ring3_ns\": %.1f, \"ring0_ns\": %.1f, \"vmm_ns\": %.1f, \"switches\": %" PRIu64 "}",
		line->user, line->kernel, line->vmm, line->switches);
	writer->separator = ",";
}

void profile_print_json(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct writer writer = {.out = out, .separator = ""};

	fprintf(out, "{\"exits\": [");
	profile_lines(profile, clock, PROFILE_EXIT, put_json_line, &writer);
	fprintf(out, "],\n \"transitions\": [");
	writer.separator = "";
	for (enum profile_table table = PROFILE_SYSCALL; table < PROFILE_TABLES; table++) {
		writer.table = profile_table_name(table);
		profile_lines(profile, clock, table, put_json_line, &writer);
	}
	fprintf(out, "],\n \"processes\": [");
	writer.separator = "";
	profile_process_lines(profile, clock, put_json_process, &writer);
	fprintf(out, "],\n \"events\": [");
	writer.separator = "";
	profile_event_lines(profile, put_json_event, &writer);
	fprintf(out, "],\n \"total\": {\"exits\": %" PRIu64 ", \"events\": %" PRIu64, writer.exits, writer.events);
	fprintf(out, ", \"vmm_ns\": %.1f, \"guest_ns\": %.1f}}\n", writer.vmm, writer.guest);
}

/* ---- CSV: one table of all ---- */

static void put_csv_times(FILE *out, const struct profile_times *times)
{
	fprintf(out, ",%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f", times->total, times->min, times->mean, times->p50,
		times->p90, times->p99, times->max);
}

static void put_csv_line(void *context, const struct profile_line *line)
{
	struct writer *writer = context;

	fprintf(writer->out, "%s,,%s,%" PRIu64 ",%.4f,%.4f", writer->table, line->name, line->samples,
		line->samples_percent, line->time_percent);
	put_csv_times(writer->out, &line->vmm);
	put_csv_times(writer->out, &line->guest);
	fputs(",,,\n", writer->out);
}

static void put_csv_event(void *context, const char *name, uint64_t samples)
{
	struct writer *writer = context;

	fprintf(writer->out, "event,,%s,%" PRIu64 ",,,,,,,,,,,,,,,,,,,\n", name, samples);
}

static void put_csv_process(void *context, const struct profile_process_line *line)
{
	struct writer *writer = context;

	fprintf(writer->out, "process,%" PRIu32 ",", line->pid);
	if (line->program != NULL)
		put_quoted(writer->out, line->program, '"');
	fprintf(writer->out, ",,,,%.1f,,,,,,,%.1f,,,,,,,%.1f,%.1f,%" PRIu64 "\n", line->vmm, line->user + line->kernel,
		line->user, line->kernel, line->switches);
}

void profile_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct writer writer = {.out = out};

	fputs("table,pid,name,samples,samples_percent,time_percent,"
	      "vmm_total_ns,vmm_min_ns,vmm_mean_ns,vmm_p50_ns,vmm_p90_ns,vmm_p99_ns,vmm_max_ns,"
	      "guest_total_ns,guest_min_ns,guest_mean_ns,guest_p50_ns,guest_p90_ns,guest_p99_ns,guest_max_ns,"
	      "ring3_ns,ring0_ns,switches\n",
	      out);
	for (enum profile_table table = 0; table < PROFILE_TABLES; table++) {
		writer.table = profile_table_name(table);
		profile_lines(profile, clock, table, put_csv_line, &writer);
	}
	profile_process_lines(profile, clock, put_csv_process, &writer);
	profile_event_lines(profile, put_csv_event, &writer);
}

/* SPDX-License-Identifier: MIT */
/* The report as one JSON object with every sample, and as CSV. docs/benchmarks.md has the members. */
#include <math.h>

#include "tools/bench/bench_report.h"

static void put_string(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		const unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte < ' ')
			fprintf(out, "\\u%04x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

static void put_member(const char *name, const char *value, FILE *out)
{
	put_string(name, out);
	fputs(": ", out);
	if (value != NULL)
		put_string(value, out);
	else
		fputs("null", out);
}

/* JSON has no word for what is not a number. */
static void put_number(const char *name, double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, "\"%s\": %.9g", name, value);
	else
		fprintf(out, "\"%s\": null", name);
}

static void put_summary(const char *name, const struct summary *summary, FILE *out)
{
	const struct {
		const char *name;
		double value;
	} members[] = {{"min", summary->min}, {"p10", summary->p10}, {"median", summary->median}, {"p90", summary->p90},
		       {"p99", summary->p99}, {"max", summary->max}, {"mad", summary->mad}};

	fprintf(out, "\"%s\": {\"n\": %zu", name, summary->count);
	for (unsigned i = 0; i < sizeof(members) / sizeof(*members); i++) {
		fputs(", ", out);
		put_number(members[i].name, members[i].value, out);
	}
	fputc('}', out);
}

static void put_estimate(const char *name, const struct estimate *estimate, FILE *out)
{
	fprintf(out, "\"%s\": {", name);
	put_number("value", estimate->value, out);
	fputs(", ", out);
	put_number("low", estimate->low, out);
	fputs(", ", out);
	put_number("high", estimate->high, out);
	fputs(", ", out);
	put_number("error", estimate->error, out);
	fprintf(out, ", \"exceeds_error\": %s}", estimate_holds_zero(estimate) ? "false" : "true");
}

static void put_rounds(const struct series *series, FILE *out)
{
	fputs("\"rounds\": [", out);
	for (size_t round = 0; round < series->rounds; round++) {
		fputs(round > 0 ? ", [" : "[", out);
		for (size_t i = series->starts[round]; i < series_round_end(series, round); i++)
			fprintf(out, "%s%.6g", i > series->starts[round] ? ", " : "", series->values[i]);
		fputc(']', out);
	}
	fputc(']', out);
}

static void put_result(const struct report *report, const struct result *result, FILE *out)
{
	fputs("    {", out);
	put_member("group", result->row->group, out);
	fputs(", ", out);
	put_member("name", result->row->name, out);
	fputs(", ", out);
	put_member("summary", result->row->summary, out);
	fputs(", \"unit\": \"ns\", ", out);
	put_member("minus", result->row->minus, out);
	fputs(", ", out);
	put_member("label", result->label, out);
	fputs(", ", out);
	put_member("failure", result->failure, out);
	fprintf(out, ", \"crossings_per_sample\": %llu, \"preempted\": %llu,\n     ",
		(unsigned long long)result->iterations, (unsigned long long)result->preempted);
	put_estimate("value", &result->net, out);
	fputs(", ", out);
	put_number("tsc_ticks", report_ticks(report, result->net.value), out);
	fputs(", ", out);
	put_number("core_cycles", report_cycles(report, result->net.value), out);
	fputs(",\n     ", out);
	put_estimate("slowdown", &result->slowdown, out);
	fputs(",\n     ", out);
	put_summary("samples", &result->raw, out);
	fputs(",\n     ", out);
	put_rounds(result->series, out);
	fputc('}', out);
}

static void put_environment(const struct environment *environment, FILE *out)
{
	fputs("  \"environment\": {", out);
	for (unsigned i = 0; i < environment->count; i++) {
		fputs(i > 0 ? ",\n    " : "\n    ", out);
		put_member(environment->facts[i].name, environment->facts[i].value, out);
	}
	fputs("\n  },\n", out);
}

static void put_notes(const struct report *report, FILE *out)
{
	fputs("  \"notes\": [", out);
	for (unsigned i = 0; i < report->note_count; i++) {
		fputs(i > 0 ? ",\n    " : "\n    ", out);
		put_string(report->notes[i], out);
	}
	fputs("],\n", out);
}

void report_json(const struct report *report, FILE *out)
{
	fprintf(out, "{\n  \"format\": \"" BENCH_JSON_FORMAT "\", \"version\": %d,\n", BENCH_JSON_VERSION);
	put_environment(&report->environment, out);
	fprintf(out,
		"  \"method\": {\"rounds\": %u, \"seconds\": %.3f, \"seed\": %llu, \"quick\": %s, \"interrupted\": %s, "
		"\"bootstrap\": %d, \"tsc_khz\": %u, ",
		report->rounds, report->seconds, (unsigned long long)report->seed, report->is_quick ? "true" : "false",
		report->is_interrupted ? "true" : "false", BOOTSTRAP_REPEATS, report->tsc_khz);
	put_number("stolen_seconds", report->stolen, out);
	fputs(", ", out);
	put_summary("core_mhz", &report->core_mhz, out);
	fputs("},\n", out);
	put_notes(report, out);
	fputs("  ", out);
	put_estimate("tick_cost", &report->tick_cost, out);
	fputs(",\n  \"rows\": [\n", out);
	for (unsigned i = 0; i < report->count; i++) {
		put_result(report, &report->results[i], out);
		fputs(i + 1 < report->count ? ",\n" : "\n", out);
	}
	fputs("  ]\n}\n", out);
}

/* ---- CSV ---- */

static void put_cell(double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, ",%.9g", value);
	else
		fputc(',', out);
}

/* In quotes, and theirs doubled (RFC 4180): it comes from elsewhere. */
static void put_csv_text(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text != '\0'; text++)
		fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', out);
}

static void put_csv_row(const struct report *report, const struct result *result, FILE *out)
{
	const struct summary *raw = &result->raw;
	const double cells[] = {result->net.value,
				result->net.low,
				result->net.high,
				result->net.error,
				report_ticks(report, result->net.value),
				report_cycles(report, result->net.value),
				raw->min,
				raw->p10,
				raw->median,
				raw->p90,
				raw->p99,
				raw->max,
				raw->mad,
				result->slowdown.value,
				result->slowdown.low,
				result->slowdown.high};

	fprintf(out, "%s,%s,%s,%d,%zu", result->row->group, result->row->name,
		result->row->minus != NULL ? result->row->minus : "", !result->is_nothing, raw->count);
	for (unsigned i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		put_cell(cells[i], out);
	fprintf(out, ",%llu,%s,%s,%s,", (unsigned long long)result->preempted,
		environment_value(&report->environment, "kvm"), environment_value(&report->environment, "ring0"),
		result->label);
	put_csv_text(result->failure != NULL ? result->failure : "", out);
	fputc('\n', out);
}

void report_csv(const struct report *report, FILE *out)
{
	fputs("group,name,minus,exceeds_error,n,value_ns,low_ns,high_ns,error_ns,tsc_ticks,core_cycles,min_ns,p10_ns,"
	      "median_ns,p90_"
	      "ns,"
	      "p99_ns,max_ns,mad_ns,slowdown,slowdown_low,slowdown_high,preempted,kvm,ring0,label,failure\n",
	      out);
	for (unsigned i = 0; i < report->count; i++)
		put_csv_row(report, &report->results[i], out);
}

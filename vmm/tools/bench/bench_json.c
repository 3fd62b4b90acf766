/* SPDX-License-Identifier: MIT */
/* The report as one JSON object with every sample, and as CSV. docs/benchmarks.md has the members. */
#include <math.h>

#include "base/array.h"
#include "base/json.h"
#include "tools/bench/bench_report.h"
#include "tools/output/quote.h"

enum { DIGITS = 9, SAMPLE_DIGITS = 6, SECONDS_DECIMALS = 3 };

static void put_number(struct json_writer *json, const char *name, double value)
{
	json_put_real(json, name, value, DIGITS);
}

static void put_summary(struct json_writer *json, const char *name, const struct summary *summary)
{
	json_begin_object(json, name);
	json_put_unsigned(json, "n", summary->count);
	put_number(json, "min", summary->min);
	put_number(json, "p10", summary->p10);
	put_number(json, "median", summary->median);
	put_number(json, "p90", summary->p90);
	put_number(json, "p99", summary->p99);
	put_number(json, "max", summary->max);
	put_number(json, "mad", summary->mad);
	json_end(json);
}

static void put_estimate(struct json_writer *json, const char *name, const struct estimate *estimate)
{
	json_begin_object(json, name);
	put_number(json, "value", estimate->value);
	put_number(json, "low", estimate->low);
	put_number(json, "high", estimate->high);
	put_number(json, "error", estimate->error);
	json_put_bool(json, "exceeds_error", !estimate_holds_zero(estimate));
	json_end(json);
}

static void put_rounds(struct json_writer *json, const struct series *series)
{
	json_begin_array(json, "rounds");
	for (size_t round = 0; round < series->rounds; round++) {
		json_begin_array(json, NULL);
		for (size_t i = series->starts[round]; i < series_round_end(series, round); i++)
			json_put_real(json, NULL, series->values[i], SAMPLE_DIGITS);
		json_end(json);
	}
	json_end(json);
}

static void put_result(struct json_writer *json, const struct report *report, const struct result *result)
{
	json_next_line(json, 4);
	json_begin_object(json, NULL);
	json_put_string(json, "group", result->row->group);
	json_put_string(json, "name", result->row->name);
	json_put_string(json, "summary", result->row->summary);
	json_put_string(json, "unit", "ns");
	json_put_string(json, "minus", result->row->minus);
	json_put_string(json, "label", result->label);
	json_put_string(json, "failure", result->failure);
	json_put_unsigned(json, "crossings_per_sample", result->iterations);
	json_put_unsigned(json, "preempted", result->preempted);
	json_next_line(json, 5);
	put_estimate(json, "value", &result->net);
	put_number(json, "tsc_ticks", report_ticks(report, result->net.value));
	put_number(json, "core_cycles", report_cycles(report, result->net.value));
	json_next_line(json, 5);
	put_estimate(json, "slowdown", &result->slowdown);
	json_next_line(json, 5);
	put_summary(json, "samples", &result->raw);
	json_next_line(json, 5);
	put_rounds(json, result->series);
	json_end(json);
}

static void put_method(struct json_writer *json, const struct report *report)
{
	json_begin_object(json, "method");
	json_put_unsigned(json, "rounds", report->rounds);
	json_put_fixed(json, "seconds", report->seconds, SECONDS_DECIMALS);
	json_put_unsigned(json, "seed", report->seed);
	json_put_bool(json, "quick", report->is_quick);
	json_put_bool(json, "interrupted", report->is_interrupted);
	json_put_unsigned(json, "bootstrap", BOOTSTRAP_REPEATS);
	json_put_unsigned(json, "tsc_khz", report->tsc_khz);
	put_number(json, "stolen_seconds", report->stolen);
	put_summary(json, "core_mhz", &report->core_mhz);
	json_end(json);
}

void report_json(const struct report *report, FILE *out)
{
	struct json_writer json;

	json_start(&json, out);
	json_begin_object(&json, NULL);
	json_next_line(&json, 2);
	json_put_string(&json, "format", BENCH_JSON_FORMAT);
	json_put_unsigned(&json, "version", BENCH_JSON_VERSION);
	json_next_line(&json, 2);
	json_begin_object(&json, "environment");
	for (unsigned i = 0; i < report->environment.count; i++) {
		json_next_line(&json, 4);
		json_put_string(&json, report->environment.facts[i].name, report->environment.facts[i].value);
	}
	json_next_line(&json, 2);
	json_end(&json);
	json_next_line(&json, 2);
	put_method(&json, report);
	json_next_line(&json, 2);
	json_begin_array(&json, "notes");
	for (unsigned i = 0; i < report->note_count; i++) {
		json_next_line(&json, 4);
		json_put_string(&json, NULL, report->notes[i]);
	}
	json_end(&json);
	json_next_line(&json, 2);
	put_estimate(&json, "tick_cost", &report->tick_cost);
	json_next_line(&json, 2);
	json_begin_array(&json, "rows");
	for (unsigned i = 0; i < report->count; i++)
		put_result(&json, report, &report->results[i]);
	json_next_line(&json, 2);
	json_end(&json);
	json_next_line(&json, 0);
	json_end(&json);
	fputc('\n', out);
}

/* ---- CSV ---- */

static void put_cell(double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, ",%.9g", value);
	else
		fputc(',', out);
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
	for (unsigned i = 0; i < COUNT(cells); i++)
		put_cell(cells[i], out);
	fprintf(out, ",%llu,%s,%s,%s,", (unsigned long long)result->preempted,
		environment_value(&report->environment, "kvm"), environment_value(&report->environment, "ring0"),
		result->label);
	/* A failure may be the words of another program. */
	quote_put(result->failure != NULL ? result->failure : "", '"', out);
	fputc('\n', out);
}

void report_csv(const struct report *report, FILE *out)
{
	fputs("group,name,minus,exceeds_error,n,value_ns,low_ns,high_ns,error_ns,tsc_ticks,core_cycles,min_ns,p10_ns,"
	      "median_ns,p90_ns,p99_ns,max_ns,mad_ns,slowdown,slowdown_low,slowdown_high,preempted,kvm,ring0,label,"
	      "failure\n",
	      out);
	for (unsigned i = 0; i < report->count; i++)
		put_csv_row(report, &report->results[i], out);
}

/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_report.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/units.h"

#define MHZ_PER_GHZ 1e3

static const struct estimate no_estimate = {NAN, NAN, NAN, NAN};

/* ---- rows ---- */

static const struct row_state *state_of(const struct session *session, const char *name)
{
	const int index = name != NULL ? bench_row_find(name) : -1;

	return index < 0 ? NULL : &session->rows[index];
}

static const char *label_of(const struct report *report, const struct bench_row *row)
{
	const bool is_emulated = strcmp(environment_value(&report->environment, "ring0"), "emulated") == 0;

	if (row->source == SOURCE_GUEST && (row->what == BENCH_SYSRET || row->what == BENCH_SYSCALL_IRET))
		return environment_value(&report->environment, "syscall");
	if (row->source == SOURCE_GUEST && bench_row_is_int80(row))
		return environment_value(&report->environment, "int80");
	return is_emulated && row->source == SOURCE_CONTROL && strcmp(row->name, "direct") == 0 ? "ring 0 is emulated"
												: "";
}

/* The ratio of two medians that were measured in the same rounds. */
static struct estimate ratio_of(const struct series *series, const struct series *base, uint64_t seed)
{
	struct replicates own = series_replicate(series, seed), other = series_replicate(base, seed);
	struct estimate estimate = no_estimate;

	if (own.values != NULL && other.values != NULL) {
		const double value = series_summarise(series).median / series_summarise(base).median;

		for (unsigned i = 0; i < BOOTSTRAP_REPEATS; i++)
			own.values[i] /= other.values[i];
		estimate = bootstrap_estimate(value, own.values, BOOTSTRAP_REPEATS, series_full_rounds(series));
		estimate.low = isnan(estimate.low) ? estimate.low : fmax(estimate.low, 0);
	}
	replicates_free(&own);
	replicates_free(&other);
	return estimate;
}

static void add_result(struct report *report, const struct session *session, unsigned index)
{
	const struct bench_row *row = &bench_rows[index];
	const struct row_state *state = row->of != NULL ? state_of(session, row->of) : &session->rows[index];
	const struct row_state *minus = state_of(session, row->minus);
	const struct row_state *base = state_of(session, CONTROL_BASE);
	struct result *result = &report->results[report->count++];

	*result = (struct result){
		.row = row,
		.series = &state->series,
		.label = label_of(report, row),
		.failure = state->failure != NULL || minus == NULL ? state->failure : minus->failure,
		.raw = series_summarise(&state->series),
		.net = series_estimate(&state->series, minus != NULL ? &minus->series : NULL, report->seed),
		.slowdown = no_estimate,
		.iterations = state->iterations,
		.preempted = state->preempted,
	};
	/* A time is not negative, but an interval that was widened for few rounds may begin below 0. */
	if (row->minus == NULL && !isnan(result->net.low))
		result->net.low = fmax(result->net.low, 0);
	result->is_nothing = row->minus != NULL && estimate_holds_zero(&result->net);
	if (row->source == SOURCE_CONTROL && state == base && base->series.count > 0)
		result->slowdown = (struct estimate){1, 1, 1, 0};
	else if (row->source == SOURCE_CONTROL && base->series.count > 0)
		result->slowdown = ratio_of(&state->series, &base->series, report->seed);
}

/* ---- the price of a tick ---- */

/*
 * The process has the fraction 1/slowdown of the CPU and the ticks have the rest: 1 - 1/slowdown = hz * cost. The cost
 * of a tick is the slope of a line through the origin, fitted at the frequencies at which no tick comes late.
 */
static const struct {
	const char *name;
	double hz;
} tick_points[] = {{"timer-100hz", 100}, {"timer-1000hz", 1000}};

enum { POINTS = COUNT(tick_points) };

static double fit(const double *medians, double base)
{
	double products = 0, squares = 0;

	for (unsigned i = 0; i < POINTS; i++) {
		products += tick_points[i].hz * (1 - base / medians[i]);
		squares += tick_points[i].hz * tick_points[i].hz;
	}
	return products / squares * NS_PER_SECOND;
}

static void fit_replicates(struct report *report, const struct replicates *points, const struct replicates *base,
			   size_t rounds)
{
	double costs[BOOTSTRAP_REPEATS], medians[POINTS];

	for (unsigned i = 0; i < BOOTSTRAP_REPEATS; i++) {
		for (unsigned point = 0; point < POINTS; point++)
			medians[point] = points[point].values[i];
		costs[i] = fit(medians, base->values[i]);
	}
	report->tick_cost = bootstrap_estimate(report->tick_cost.value, costs, BOOTSTRAP_REPEATS, rounds);
}

static void fit_ticks(struct report *report, const struct session *session)
{
	const struct series *base = &state_of(session, CONTROL_BASE)->series;
	struct replicates points[POINTS] = {{NULL}}, base_points = series_replicate(base, report->seed);
	double medians[POINTS];
	bool is_complete = base_points.values != NULL;

	report->tick_cost = no_estimate;
	for (unsigned i = 0; i < POINTS; i++) {
		const struct series *series = &state_of(session, tick_points[i].name)->series;

		points[i] = series_replicate(series, report->seed);
		medians[i] = series_summarise(series).median;
		is_complete = is_complete && points[i].values != NULL;
	}
	if (is_complete) {
		report->tick_cost.value = fit(medians, series_summarise(base).median);
		fit_replicates(report, points, &base_points, series_full_rounds(base));
	}
	for (unsigned i = 0; i < POINTS; i++)
		replicates_free(&points[i]);
	replicates_free(&base_points);
}

void report_make(struct report *report, const struct session *session)
{
	*report = (struct report){
		.rounds = session->rounds,
		.seconds = session->seconds,
		.seed = session->options->seed | 1,
		.tsc_khz = session->machine.vcpu.tsc_khz,
		.core_mhz = series_summarise(&session->conditions.core_mhz),
		.stolen = session->conditions.stolen,
		.is_quick = session->options->quick,
		.is_interrupted = session->is_interrupted,
	};
	environment_gather(&report->environment, session);
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_shown)
			add_result(report, session, i);
	fit_ticks(report, session);
	report_add_notes(report, session);
}

/* ---- numbers in words, the same in every output ---- */

double report_ticks(const struct report *report, double ns)
{
	return ns * report->tsc_khz / NS_PER_MS;
}

double report_cycles(const struct report *report, double ns)
{
	return ns * report->core_mhz.median / MHZ_PER_GHZ;
}

const char *report_number(char text[VALUE_TEXT], double ns)
{
	const double size = fabs(ns);

	if (isnan(ns))
		snprintf(text, VALUE_TEXT, "-");
	else
		snprintf(text, VALUE_TEXT, "%.*f", size < 1 ? 3 : size < 10 ? 2 : size < 1000 ? 1 : 0, ns);
	return text;
}

const char *report_value(char text[VALUE_TEXT], const struct estimate *estimate, bool is_nothing)
{
	char number[VALUE_TEXT];

	if (is_nothing && isnan(estimate->low)) {
		snprintf(text, VALUE_TEXT, "unknown");
		return text;
	}
	if (isnan(estimate->value) || !is_nothing)
		return report_number(text, estimate->value);
	snprintf(text, VALUE_TEXT, "< %.24s", report_number(number, fmax(fabs(estimate->low), fabs(estimate->high))));
	return text;
}

const char *report_slowdown(char text[VALUE_TEXT], const struct estimate *slowdown)
{
	const bool is_none = slowdown->low <= 1 && slowdown->high >= 1 && slowdown->low < slowdown->high;

	snprintf(text, VALUE_TEXT,
		 is_none		 ? "< %.3f"
		 : slowdown->value < 100 ? "%.3f"
					 : "%.0f",
		 is_none ? slowdown->high : slowdown->value);
	return text;
}

double report_most_slowdown(const struct report *report)
{
	double most = 1;

	for (unsigned i = 0; i < report->count; i++)
		if (report->results[i].slowdown.value > most && report->results[i].label[0] == '\0')
			most = fmax(report->results[i].slowdown.value, report->results[i].slowdown.high);
	return most;
}

/* SPDX-License-Identifier: MIT */
/* Puts into words how far the figures of a report can be trusted. Called by bench_report.c. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench/bench_report.h"
#include "tools/output/order_statistics.h"

#define NOISY 2.0	  /* a sample of more than so many medians was disturbed */
#define NOISY_SHARE 0.1	  /* of the samples may be disturbed without a note */
#define STEADY_SHARE 0.05 /* by which the rounds of a fixed piece of work may differ without a note */
#define STOLEN_SHARE 0.01 /* of the time may be given to others without a note */
#define SHARED_ROW "loop-ring3"

__attribute__((format(printf, 2, 3))) static void note(struct report *report, const char *format, ...)
{
	va_list arguments;

	if (report->note_count == NOTES_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(report->notes[report->note_count++], NOTE_SIZE, format, arguments);
	va_end(arguments);
}

static void note_disturbances(struct report *report)
{
	uint64_t preempted = 0;
	size_t disturbed = 0, samples = 0;

	for (unsigned i = 0; i < report->count; i++) {
		const struct result *result = &report->results[i];

		preempted += result->row->source == SOURCE_GUEST ? result->preempted
								 : 0; /* the other rows give the CPU away themselves */
		for (size_t j = 0; j < result->series->count; j++)
			disturbed += result->series->values[j] > NOISY * result->raw.median;
		samples += result->series->count;
	}
	if (preempted > 0)
		note(report, "preempted %llu times by others on this CPU", (unsigned long long)preempted);
	if (samples > 0 && (double)disturbed > NOISY_SHARE * (double)samples)
		note(report, "noisy: %.0f %% of the samples took more than twice their row's median",
		     100 * (double)disturbed / (double)samples);
}

static double round_median(const struct series *series, size_t round)
{
	const size_t start = series->starts[round], length = series_round_end(series, round) - start;
	double sorted[BENCH_SAMPLES_MAX];

	memcpy(sorted, series->values + start, length * sizeof(*sorted));
	return sort_for_median(sorted, length);
}

/* By how much slow rounds exceed fast ones, as a fraction; 0 for less than two rounds. */
static double spread_of(const struct series *series)
{
	double *medians = series->rounds > 1 ? malloc(series->rounds * sizeof(*medians)) : NULL, spread = 0;
	size_t count = 0;

	for (size_t round = 0; medians != NULL && round < series->rounds; round++)
		if (series_round_end(series, round) > series->starts[round])
			medians[count++] = round_median(series, round);
	if (count > 1) {
		sort_doubles(medians, count);
		spread = quantile_of_sorted(medians, count, 0.9) / quantile_of_sorted(medians, count, 0.1) - 1;
	}
	free(medians);
	return spread;
}

/*
 * A chain of instructions that wait for each other (bench_conditions.c) takes a fixed number of the core's cycles. The
 * empty loop takes a fixed number only as long as no hyper-thread or emulator uses the core's units as well.
 */
static void note_core(struct report *report, const struct session *session)
{
	const int shared = bench_row_find(SHARED_ROW);
	const double frequency = spread_of(&session->conditions.core_mhz);
	const double loop = shared >= 0 ? spread_of(&session->rows[shared].series) : 0;

	if (frequency > STEADY_SHARE)
		note(report, "the CPU's frequency changed: the core ran at %.0f to %.0f MHz", report->core_mhz.p10,
		     report->core_mhz.p90);
	else if (loop > STEADY_SHARE)
		note(report, "the core was shared: a fixed loop took %.0f %% longer in some rounds", 100 * loop);
	if (session->conditions.stolen > STOLEN_SHARE * report->seconds)
		note(report, "the hypervisor below gave this CPU to others for %.0f %% of the time",
		     100 * session->conditions.stolen / report->seconds);
}

static void note_conditions(struct report *report, const struct session *session)
{
	if (session->cpu < 0)
		note(report, "not allowed to pin to a CPU");
	if (strcmp(environment_value(&report->environment, "tsc-invariant"), "no") == 0)
		note(report, "the processor does not promise a TSC of constant rate");
	if (strcmp(environment_value(&report->environment, "ring0"), "emulated") == 0)
		note(report, "ring 0 is emulated on this host: an instruction there costs what instruction-ring0 says, "
			     "and every trap some of those");
	if (report->rounds < ROUNDS_ENOUGH)
		note(report, "%u rounds show little: fewer rows (--only) or more time (--seconds) would show more",
		     report->rounds);
	if (report->is_interrupted)
		note(report, "interrupted: what there is after %u rounds", report->rounds);
}

void report_add_notes(struct report *report, const struct session *session)
{
	note_disturbances(report);
	note_core(report, session);
	note_conditions(report, session);
}

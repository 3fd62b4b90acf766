/* SPDX-License-Identifier: MIT */
/* The rounds of a session: decides when each row is measured, within the time there is. Called by bench_session.c. */
#include <string.h>
#include <sys/resource.h>

#include "base/units.h"
#include "host/deadlines.h"
#include "tools/bench/bench_session.h"
#include "tools/bench/bench_stats.h"
#include "tools/output/progress.h"

#define SECONDS_FULL 110.0 /* for the rounds; start, statistics and output take a few seconds more */
#define SECONDS_QUICK 16.0

#define COARSE_NS UINT64_C(20000000)
#define PROCESS_NS                                                                                                     \
	UINT64_C(200000) /* the time that a process is expected to add to a row of switches, with the sizing of its    \
			    sample */

enum { PASSES_MIN = 2 }; /* fewer passes give no interval */

/* The fraction of the time that each class gets, as far as whole passes allow. */
static const double shares[CLASS_COUNT] = {
	[CLASS_LOOPS] = 0.27,	[CLASS_SWITCHES] = 0.20, [CLASS_RUNS] = 0.25,
	[CLASS_CONTROL] = 0.20, [CLASS_PEERS] = 0.08,
};

static enum bench_class class_of(const struct bench_row *row)
{
	static const enum bench_class classes[] = {
		[SOURCE_GUEST] = CLASS_LOOPS,	  [SOURCE_HOST] = CLASS_LOOPS, [SOURCE_KERNEL] = CLASS_RUNS,
		[SOURCE_TRACED] = CLASS_RUNS,	  [SOURCE_CROWD] = CLASS_RUNS, [SOURCE_START] = CLASS_RUNS,
		[SOURCE_CONTROL] = CLASS_CONTROL, [SOURCE_PEER] = CLASS_PEERS, [SOURCE_DERIVED] = CLASS_COUNT,
	};

	return row->source == SOURCE_GUEST && row->processes > 0 ? CLASS_SWITCHES : classes[row->source];
}

/* ---- what is measured ---- */

/* Shows the time left and what is being measured. */
static void tell_phase(const struct session *session, const char *phase)
{
	const double left = ((double)session->deadline - (double)deadlines_now()) / NS_PER_SECOND;

	progress_show("round %u, %.0f s left: %s", session->rounds + 1, left > 0 ? left : 0, phase);
}

static bool is_interrupted(struct session *session)
{
	session->is_interrupted = session->is_interrupted || deadlines_must_end();
	return session->is_interrupted;
}

static bool is_over(struct session *session)
{
	return is_interrupted(session) || deadlines_now() >= session->deadline;
}

static void fail(struct row_state *state, const struct error *error)
{
	if (state->failure == NULL)
		state->failure = strdup(error->text);
	state->is_measured = false;
}

static bool shares_run(const struct bench_row *row)
{
	return row->source == SOURCE_KERNEL || row->source == SOURCE_PEER;
}

/* Fails the rows of one source that share a run: all of the guest kernel, or those of one accelerator of QEMU. */
static void fail_shared(struct session *session, enum bench_source source, const char *words, const struct error *error)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (bench_rows[i].source == source && session->rows[i].is_measured &&
		    (words == NULL || strcmp(bench_rows[i].words, words) == 0))
			fail(&session->rows[i], error);
}

static void measure_kernel(struct session *session)
{
	struct error error;

	tell_phase(session, "guest kernel");
	if (session_measure_kernel(session, &error) < 0 && !is_interrupted(session))
		fail_shared(session, SOURCE_KERNEL, NULL, &error);
}

static void measure_peer(struct session *session, const char *accelerator)
{
	struct error error;

	tell_phase(session, "QEMU");
	if (session_measure_peer(session, accelerator, &error) < 0 && !is_interrupted(session))
		fail_shared(session, SOURCE_PEER, accelerator, &error);
}

static long switches_taken(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static void measure_row(struct session *session, unsigned index)
{
	const enum bench_source source = bench_rows[index].source;
	const bool is_loop = source == SOURCE_GUEST || source == SOURCE_HOST;
	struct row_state *state = &session->rows[index];
	const long before = switches_taken();
	struct error error;

	tell_phase(session, bench_rows[index].name);
	const int result =
		is_loop ? session_measure_loop(session, index, &error) : session_measure_run(session, index, &error);
	if (result < 0 && !is_interrupted(session))
		fail(state, &error);
	state->preempted += (uint64_t)(switches_taken() - before);
}

/* ---- a class ---- */

/*
 * The order of magnitude of the time that a row has had. Until its class has passes enough for intervals, a row of
 * switches counts as having had what it is expected to take, so that the rows with few processes come first.
 */
static unsigned had(const struct session *session, unsigned index)
{
	const struct bench_row *row = &bench_rows[index];
	const bool is_early = row->processes > 0 && session->classes[class_of(row)].passes < PASSES_MIN;
	const uint64_t expected = is_early ? row->processes * PROCESS_NS : 0, spent = session->rows[index].spent_ns;
	unsigned magnitude = 0;

	for (uint64_t units = (spent > expected ? spent : expected) / COARSE_NS; units > 0; units /= 2)
		magnitude++;
	return magnitude;
}

/* A random order in which rows that have had less time come first, because there may be no time for all. */
static void order_rows(struct session *session, unsigned *order)
{
	stats_shuffle(order, bench_row_count, &session->random);
	for (unsigned i = 1; i < bench_row_count; i++)
		for (unsigned j = i; j > 0 && had(session, order[j]) < had(session, order[j - 1]); j--) {
			const unsigned row = order[j];

			order[j] = order[j - 1];
			order[j - 1] = row;
		}
}

static void measure_unit(struct session *session, unsigned index)
{
	const struct bench_row *row = &bench_rows[index];
	struct row_state *state = &session->rows[index];
	const uint64_t start = deadlines_now();

	if (row->source == SOURCE_KERNEL)
		measure_kernel(session);
	else if (row->source == SOURCE_PEER)
		measure_peer(session, row->words);
	else
		measure_row(session, index);
	state->last_ns = deadlines_now() - start;
	state->spent_ns += shares_run(row) ? 0 : state->last_ns;
}

/* Whether the row shared a run with one of those that have been measured in this pass. */
static bool has_shared(const unsigned *done, unsigned count, const struct bench_row *row)
{
	for (unsigned i = 0; i < count && shares_run(row); i++)
		if (bench_rows[done[i]].source == row->source &&
		    (row->source == SOURCE_KERNEL || strcmp(bench_rows[done[i]].words, row->words) == 0))
			return true;
	return false;
}

/*
 * Measures as many rows of a class as there is time for until `end`. Rows that share a run are measured with the first
 * of them. False when there was time for none.
 */
static bool measure_class(struct session *session, enum bench_class class, uint64_t end)
{
	unsigned order[BENCH_ROWS_MAX], done[BENCH_ROWS_MAX], count = 0;

	order_rows(session, order);
	for (unsigned i = 0; i < bench_row_count && !is_over(session) && deadlines_now() < end; i++) {
		const struct bench_row *row = &bench_rows[order[i]];

		const struct row_state *state = &session->rows[order[i]];

		if (class_of(row) != class || !state->is_measured || has_shared(done, count, row) ||
		    deadlines_now() + state->last_ns > session->deadline)
			continue;
		measure_unit(session, order[i]);
		done[count++] = order[i];
	}
	return count > 0;
}

static void find_classes(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_measured && class_of(&bench_rows[i]) != CLASS_COUNT)
			session->classes[class_of(&bench_rows[i])].is_present = true;
}

/* The time that a class has had, in proportion to its share. */
static double claimed(const struct class_state *state, enum bench_class class)
{
	return (double)state->spent_ns / shares[class];
}

/* Whether a class is measured in this round: in the first rounds, and whenever it has had no more than the others. */
static bool is_due(const struct session *session, enum bench_class class)
{
	const struct class_state *state = &session->classes[class];
	double most = 0;

	if (!state->is_present)
		return false;
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (i != class && session->classes[i].is_present && claimed(&session->classes[i], i) > most)
			most = claimed(&session->classes[i], i);
	return state->passes < PASSES_MIN || claimed(state, class) <= most || most == 0;
}

/* When a pass that begins now must end, so that there is time for PASSES_MIN of them. */
static uint64_t pass_end(const struct session *session, enum bench_class class)
{
	double all = 0;

	for (unsigned i = 0; i < CLASS_COUNT; i++)
		all += session->classes[i].is_present ? shares[i] : 0;
	const double pass = (double)(session->deadline - session->start) * shares[class] / all / PASSES_MIN;
	return deadlines_now() + (uint64_t)pass;
}

static bool measure_round(struct session *session)
{
	bool has_measured = false;

	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		struct class_state *state = &session->classes[class];
		const uint64_t start = deadlines_now();

		if (is_over(session) || !is_due(session, class))
			continue;
		has_measured = measure_class(session, class, pass_end(session, class)) || has_measured;
		state->spent_ns += deadlines_now() - start;
		state->passes++;
	}
	return has_measured;
}

/* ---- all of them ---- */

/* Gives an empty round to each row that was not measured in this one, so that rounds correspond between series. */
static void even_out(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++) {
		struct row_state *state = &session->rows[i];

		while (state->is_measured && state->series.rounds < session->rounds)
			if (!series_add_round(&state->series, NULL, 0))
				return;
	}
}

static void explain_missing(struct session *session)
{
	struct error error;

	error_set(&error, session->is_interrupted ? "interrupted before it was measured"
						  : "the time was up before it was measured: see --seconds, --only");
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_measured && bench_rows[i].source != SOURCE_DERIVED &&
		    session->rows[i].series.count == 0)
			fail(&session->rows[i], &error);
}

int session_measure_all(struct session *session, struct error *error)
{
	const double seconds = session->options->seconds > 0 ? session->options->seconds
			       : session->options->quick     ? SECONDS_QUICK
							     : SECONDS_FULL;
	bool has_measured = true;

	find_classes(session);
	session->start = deadlines_now();
	session->deadline = session->start + (uint64_t)(seconds * NS_PER_SECOND);
	while (has_measured && !is_over(session)) {
		conditions_take_round(&session->conditions, session->machine.vcpu.tsc_khz);
		if (session_measure_clocks(session, error) < 0)
			return is_interrupted(session) ? 0 : -1;
		has_measured = measure_round(session);
		session->rounds += has_measured;
		even_out(session);
	}
	progress_end();
	explain_missing(session);
	session->seconds = (double)(deadlines_now() - session->start) / NS_PER_SECOND;
	return 0;
}

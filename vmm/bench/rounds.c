/* SPDX-License-Identifier: MIT */
/* The rounds of a session: who is measured when, within the time there is. Called by session.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/session.h"
#include "host/kick.h"

#define NS_PER_SECOND 1e9
#define SECONDS_FULL 104.0 /* for the rounds; start, statistics and output need a few more */
#define SECONDS_QUICK 16.0

enum { PASSES_MIN = 2 }; /* of fewer there is no interval */

/* Of the time there is: every class gets its share, as far as its passes go into it. */
static const double shares[CLASS_COUNT] = {
	[CLASS_LOOPS] = 0.30,	[CLASS_SWITCHES] = 0.15, [CLASS_RUNS] = 0.25,
	[CLASS_CONTROL] = 0.20, [CLASS_PEERS] = 0.10,
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

/* ---- progress ---- */

void session_progress(struct session *session, const char *phase)
{
	session->phase = phase;
	if (isatty(STDERR_FILENO) != 1)
		return;
	const double left = ((double)session->deadline - (double)kick_now()) / NS_PER_SECOND;
	fprintf(stderr, "\r\033[Kround %u, %.0f s left: %s", session->rounds + 1, left > 0 ? left : 0, phase);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO) == 1)
		fputs("\r\033[K", stderr);
}

/* ---- what is measured ---- */

static bool is_interrupted(struct session *session)
{
	session->is_interrupted = session->is_interrupted || kick_ending();
	return session->is_interrupted;
}

static bool is_over(struct session *session)
{
	return is_interrupted(session) || kick_now() >= session->deadline;
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

/* The rows of one source that share a run; of QEMU's those of one accelerator. */
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

	session_progress(session, "guest kernel");
	if (session_measure_kernel(session, &error) < 0 && !is_interrupted(session))
		fail_shared(session, SOURCE_KERNEL, NULL, &error);
}

static void measure_peer(struct session *session, const char *accelerator)
{
	struct error error;

	session_progress(session, "QEMU");
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

	session_progress(session, bench_rows[index].name);
	const int result =
		is_loop ? session_measure_loop(session, index, &error) : session_measure_run(session, index, &error);
	if (result < 0 && !is_interrupted(session))
		fail(state, &error);
	state->preempted += (uint64_t)(switches_taken() - before);
}

/* ---- a class ---- */

/*
 * Its rows in an order of its own, as long as there is time. Rows that share a run are measured with the first of
 * them.
 */
static void measure_class(struct session *session, enum bench_class class)
{
	unsigned order[BENCH_ROWS_MAX];
	const char *done[BENCH_ROWS_MAX];
	unsigned done_count = 0;

	stats_shuffle(order, bench_row_count, &session->random);
	for (unsigned i = 0; i < bench_row_count && !is_over(session); i++) {
		const struct bench_row *row = &bench_rows[order[i]];
		const char *run = row->source == SOURCE_PEER ? row->words : row->group;
		bool is_done = false;

		if (class_of(row) != class || !session->rows[order[i]].is_measured)
			continue;
		for (unsigned j = 0; j < done_count && shares_run(row); j++)
			is_done = is_done || strcmp(done[j], run) == 0;
		if (is_done)
			continue;
		if (row->source == SOURCE_KERNEL)
			measure_kernel(session);
		else if (row->source == SOURCE_PEER)
			measure_peer(session, row->words);
		else
			measure_row(session, order[i]);
		if (shares_run(row))
			done[done_count++] = run;
	}
}

static void find_classes(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_measured && class_of(&bench_rows[i]) != CLASS_COUNT)
			session->classes[class_of(&bench_rows[i])].is_present = true;
}

/* What a class's time is worth beside its share. */
static double claim(const struct class_state *state, enum bench_class class)
{
	return (double)state->spent_ns / shares[class];
}

/*
 * Whether a class has a place in this round: in the first ones, when it has had no more than the others, and when
 * another pass would still end in time.
 */
static bool is_due(const struct session *session, enum bench_class class)
{
	const struct class_state *state = &session->classes[class];
	double most = 0;

	if (!state->is_present || (state->passes > 0 && kick_now() + state->last_ns > session->deadline))
		return false;
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (i != class && session->classes[i].is_present && claim(&session->classes[i], i) > most)
			most = claim(&session->classes[i], i);
	return state->passes < PASSES_MIN || claim(state, class) <= most || most == 0;
}

static bool measure_round(struct session *session)
{
	bool has_measured = false;

	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		struct class_state *state = &session->classes[class];
		const uint64_t start = kick_now();

		if (is_over(session) || !is_due(session, class))
			continue;
		measure_class(session, class);
		state->last_ns = kick_now() - start;
		state->spent_ns += state->last_ns;
		state->passes++;
		has_measured = true;
	}
	return has_measured;
}

/* ---- all of them ---- */

/* Rounds must correspond between series: a row that was not measured in this one gets an empty round. */
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
	session->start = kick_now();
	session->deadline = session->start + (uint64_t)(seconds * NS_PER_SECOND);
	while (has_measured && !is_over(session)) {
		conditions_take_round(&session->conditions, session->machine.vcpu.tsc_khz);
		if (session_measure_clocks(session, error) < 0)
			return is_interrupted(session) ? 0 : -1;
		has_measured = measure_round(session);
		session->rounds += has_measured;
		even_out(session);
	}
	clear_progress();
	explain_missing(session);
	session->seconds = (double)(kick_now() - session->start) / NS_PER_SECOND;
	return 0;
}

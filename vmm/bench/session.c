/* SPDX-License-Identifier: MIT */
#include "bench/session.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/stats.h"
#include "host/kick.h"

#define NS_PER_SECOND 1e9
#define SECONDS_FULL 100.0 /* for the rounds; start, statistics and output need a few more */
#define SECONDS_QUICK 16.0

/* ---- progress ---- */

void session_progress(const struct session *session)
{
	if (isatty(STDERR_FILENO) != 1)
		return;
	const double left = ((double)session->deadline - (double)kick_now()) / NS_PER_SECOND;
	fprintf(stderr, "\r\033[Kround %u, %.0f s left: %s", session->rounds + 1, left > 0 ? left : 0, session->phase);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO) == 1)
		fputs("\r\033[K", stderr);
}

/* ---- the rounds ---- */

static long switches_taken(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static bool is_over(struct session *session)
{
	session->is_interrupted = session->is_interrupted || kick_ending();
	return session->is_interrupted;
}

static void fail(struct row_state *state, const struct error *error)
{
	if (state->failure == NULL)
		state->failure = strdup(error->text);
	state->is_measured = false;
}

/* The accelerators whose rows share a run each. */
static const char *const accelerators[] = {"kvm", "tcg"};
enum { ACCELERATORS = sizeof(accelerators) / sizeof(*accelerators) };

static bool is_of_peer(const struct session *session, unsigned row, const char *accelerator)
{
	return bench_rows[row].source == SOURCE_PEER && session->rows[row].is_measured &&
	       strcmp(bench_rows[row].words, accelerator) == 0;
}

static void measure_peer(struct session *session, const char *accelerator)
{
	struct error error;
	unsigned count = 0;

	for (unsigned i = 0; i < bench_row_count; i++)
		count += is_of_peer(session, i, accelerator);
	session->phase = "QEMU";
	session_progress(session);
	if (count == 0 || session_measure_peer(session, accelerator, &error) == 0 || is_over(session))
		return;
	for (unsigned i = 0; i < bench_row_count; i++)
		if (is_of_peer(session, i, accelerator))
			fail(&session->rows[i], &error);
}

static void fail_kernel(struct session *session, const struct error *error)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (bench_rows[i].source == SOURCE_KERNEL && session->rows[i].is_measured)
			fail(&session->rows[i], error);
}

static void measure_row(struct session *session, unsigned index)
{
	struct error error;
	struct row_state *state = &session->rows[index];
	const long before = switches_taken();

	session->phase = bench_rows[index].name;
	session_progress(session);
	if (session_measure_row(session, index, &error) < 0 && !is_over(session))
		fail(state, &error);
	state->preempted += (uint64_t)(switches_taken() - before);
}

static void measure_kernel(struct session *session)
{
	struct error error;

	session->phase = "guest kernel";
	session_progress(session);
	if (session_measure_kernel(session, &error) < 0 && !is_over(session))
		fail_kernel(session, &error);
}

static bool needs_run(const struct bench_row *row)
{
	return row->source == SOURCE_CONTROL || row->source == SOURCE_START;
}

/*
 * In an order of its own: the rows that need whole runs of the VMM, or the others. The guest kernel's rows
 * share one run, those of QEMU one for each accelerator; these have their places in the order too.
 */
static void measure_some(struct session *session, bool is_runs)
{
	unsigned order[BENCH_ROWS_MAX + 1 + ACCELERATORS];
	const unsigned kernel = bench_row_count;

	const unsigned count = bench_row_count + 1 + ACCELERATORS;
	stats_shuffle(order, count, &session->random);
	for (unsigned i = 0; i < count && !is_over(session); i++) {
		const unsigned row = order[i];

		if (row == kernel && is_runs)
			measure_kernel(session);
		else if (row > kernel && is_runs)
			measure_peer(session, accelerators[row - kernel - 1]);
		else if (row < kernel && session->rows[row].is_measured && needs_run(&bench_rows[row]) == is_runs)
			measure_row(session, row);
	}
}

/* Runs take long: they have a place in as many rounds as makes two thirds of the time theirs. */
static void measure_round(struct session *session)
{
	const uint64_t start = kick_now();

	measure_some(session, false);
	session->loops_ns += kick_now() - start;
	if (session->runs_ns > 2 * session->loops_ns && session->has_loops)
		return;
	const uint64_t loops_end = kick_now();
	measure_some(session, true);
	session->runs_ns += kick_now() - loops_end;
}

static void find_loops(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_measured)
			session->has_loops = session->has_loops || bench_rows[i].source == SOURCE_GUEST ||
					     bench_rows[i].source == SOURCE_HOST;
}

/* Rounds must correspond between series: one that an interruption or a failure cut short gets an empty round. */
static void even_out(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++) {
		struct row_state *state = &session->rows[i];

		while (state->is_measured && state->series.rounds < session->rounds)
			if (!series_add_round(&state->series, NULL, 0))
				return;
	}
}

static bool is_any_measured(const struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (session->rows[i].is_measured && bench_rows[i].source != SOURCE_DERIVED)
			return true;
	return false;
}

static int measure_all(struct session *session, struct error *error)
{
	const uint64_t start = kick_now();
	const double seconds = session->options->seconds > 0 ? session->options->seconds
			       : session->options->quick     ? SECONDS_QUICK
							     : SECONDS_FULL;
	uint64_t longest = 0; /* ns of a round; the first has the sizing of samples, and waits for what fails */

	find_loops(session);
	session->deadline = start + (uint64_t)(seconds * NS_PER_SECOND);
	while (!is_over(session) && is_any_measured(session) &&
	       (session->rounds < 2 || kick_now() + longest < session->deadline)) {
		const uint64_t round_start = kick_now();

		conditions_take_round(&session->conditions, session->machine.vcpu.tsc_khz);
		if (session_measure_clocks(session, error) < 0)
			return is_over(session) ? 0 : -1;
		measure_round(session);
		session->rounds++;
		even_out(session);
		if (session->rounds > 1 && kick_now() - round_start > longest)
			longest = kick_now() - round_start;
	}
	clear_progress();
	session->seconds = (double)(kick_now() - start) / NS_PER_SECOND;
	return 0;
}

/* ---- around them ---- */

static int pin(void)
{
	const int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu < 0)
		return -1;
	CPU_SET((unsigned)cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0 ? cpu : -1;
}

/* A trace for the row that writes one: in memory where there is such a file system, and gone at the end. */
static int make_trace(char path[], size_t size, struct error *error)
{
	const char *directory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	snprintf(path, size, "%s/vmm-bench-XXXXXX", directory);
	const int fd = mkstemp(path);
	if (fd < 0)
		return error_set(error, "cannot make a file in %s: %s", directory, strerror(errno));
	close(fd);
	return 0;
}

int session_run(struct session *session, struct error *error)
{
	char trace[64];

	session->cpu = pin();
	if (make_trace(trace, sizeof(trace), error) < 0)
		return -1;
	int result = bench_machine_start(&session->machine, session->options->bench_image, trace, error);
	unlink(trace);
	if (result == 0) {
		session->machine.delay_ns = session->options->delay_ns;
		result = host_bench_start(&session->host, &session->machine.vcpu, error);
	}
	conditions_start(&session->conditions, session->cpu);
	if (result == 0)
		result = measure_all(session, error);
	conditions_end(&session->conditions);
	host_bench_end(&session->host);
	return result;
}

void session_free(struct session *session)
{
	for (unsigned i = 0; i < bench_row_count; i++) {
		series_free(&session->rows[i].series);
		free((void *)session->rows[i].failure);
	}
	conditions_free(&session->conditions);
	if (session->machine.page != NULL)
		bench_machine_end(&session->machine);
}

/* SPDX-License-Identifier: MIT */
/* One round of one row, by its source: sizes the samples, takes them, makes them nanoseconds. Called by session.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/child.h"
#include "bench/session.h"
#include "bench/stats.h"
#include "host/kick.h"
#include "ringside/device.h"

#define NS_PER_MS 1e6
#define NS_PER_SECOND 1e9
#define SAMPLE_NS 300000.0    /* a sample lasts at least that long */
#define CONTROL_NS 40000000.0 /* of the price of control: several ticks must fall into it */
#define CONTROL_NS_QUICK 20000000.0
#define CONTROL_NS_SLOW 250000000.0 /* of a timer that ticks rarely */

enum { SAMPLES = 8, CLOCK_SAMPLES = 32, ITERATIONS_MAX = 1 << 24, TICKS_TEXT = 32, COMMAND_LINE = 64 };
enum { CLOCK_RING0, CLOCK_RING3, CLOCK_HOST };

static double ns_of(const struct session *session, double ticks)
{
	return ticks * NS_PER_MS / session->machine.vcpu.tsc_khz;
}

static double ticks_of(const struct session *session, double ns)
{
	return ns * session->machine.vcpu.tsc_khz / NS_PER_MS;
}

static bool is_clock(const struct bench_row *row)
{
	return row->source == SOURCE_GUEST && (row->what == BENCH_CLOCK0 || row->what == BENCH_CLOCK3);
}

static bool is_timer(const struct bench_row *row)
{
	return row->source == SOURCE_GUEST && (row->what == BENCH_TIMER_HALTED || row->what == BENCH_TIMER_RING3);
}

static double clock_of(const struct session *session, const struct bench_row *row)
{
	if (is_clock(row) || is_timer(row))
		return 0;
	if (row->source == SOURCE_HOST)
		return session->clock[CLOCK_HOST];
	return session->clock[bench_row_is_ring3(row) ? CLOCK_RING3 : CLOCK_RING0];
}

static int take(struct session *session, const struct bench_row *row, uint64_t iterations, unsigned count,
		int64_t *ticks, struct error *error)
{
	if (row->source == SOURCE_GUEST)
		return bench_machine_measure(&session->machine, (enum bench_crossing)row->what,
					     (enum bench_logging)row->logging, iterations, count, ticks, error);
	for (unsigned i = 0; i < count; i++)
		ticks[i] = (int64_t)host_bench_measure(&session->host, (enum host_crossing)row->what, iterations);
	return 0;
}

/* Doubles the crossings of a sample until it lasts long enough. This is the row's warm-up too. */
static int size_sample(struct session *session, unsigned index, struct error *error)
{
	const struct bench_row *row = &bench_rows[index];
	struct row_state *state = &session->rows[index];
	int64_t ticks = 0;

	state->iterations = 1;
	if (is_clock(row) || is_timer(row))
		return 0;
	for (; state->iterations < ITERATIONS_MAX; state->iterations *= 2) {
		if (take(session, row, state->iterations, 1, &ticks, error) < 0)
			return -1;
		if (ns_of(session, (double)ticks) >= SAMPLE_NS)
			break;
	}
	return 0;
}

static int keep(struct row_state *state, const double *values, size_t count, struct error *error)
{
	if (!series_add_round(&state->series, values, count))
		return error_set(error, "not enough memory for the samples");
	return 0;
}

static bool never_arrives(const struct session *session, const struct bench_row *row)
{
	const struct bench_page *page = session->machine.page;

	return (row->what == BENCH_INT80 && page->int80 == BENCH_NEVER_ARRIVES) ||
	       ((row->what == BENCH_SYSRET || row->what == BENCH_SYSCALL_IRET) && page->syscall == BENCH_NEVER_ARRIVES);
}

static int measure_loop(struct session *session, unsigned index, struct error *error)
{
	const struct bench_row *row = &bench_rows[index];
	struct row_state *state = &session->rows[index];
	int64_t ticks[BENCH_SAMPLES_MAX];
	double values[BENCH_SAMPLES_MAX];
	const unsigned count = is_clock(row) ? CLOCK_SAMPLES : SAMPLES;

	if (row->source == SOURCE_GUEST && never_arrives(session, row))
		return error_set(error, "this instruction does not arrive at ring 0 on this host");
	if (row->source == SOURCE_HOST && host_bench_check(&session->host, (enum host_crossing)row->what, error) < 0)
		return -1;
	if (state->iterations == 0 && size_sample(session, index, error) < 0)
		return -1;
	if (take(session, row, state->iterations, count, ticks, error) < 0)
		return -1;
	const double clock = clock_of(session, row), units = (double)state->iterations * row->per;
	for (unsigned i = 0; i < count; i++)
		values[i] = ns_of(session, ((double)ticks[i] - clock) / units);
	return keep(state, values, count, error);
}

/* ---- whole runs ---- */

/*
 * Every child is bounded in time. Where ring 0 is emulated, a fast timer leaves a process nothing: a run of the
 * price of control has some times what the fastest of them took.
 */
#define CONTROL_TIMEOUT 5.0
#define CONTROL_TIMEOUT_MIN 1.0
#define CONTROL_PATIENCE 10
#define KERNEL_TIMEOUT 30.0
#define CHILD_SECONDS 40 /* what a VMM gets that does not heed its own timeout */

static char output[CHILD_OUTPUT_MAX];

/* 1: it did not end in time. */
static int run_child(const struct session *session, double seconds, const char *command_line, const char *const *words,
		     size_t count, struct error *error)
{
	const struct bench_options *options = session->options;
	char timeout[TICKS_TEXT];
	const char *all[CHILD_WORDS_MAX + 16] = {
		options->vmm, "run", "-q", "--timeout", timeout, "-a", command_line, options->guest_image, "--"};
	size_t used = 9;

	for (size_t i = 0; i < count && i < CHILD_WORDS_MAX; i++)
		all[used++] = words[i];
	snprintf(timeout, sizeof(timeout), "%.1f", seconds);
	const int status = child_run(all, CHILD_SECONDS, output, error);
	if (status == RINGSIDE_STATUS_TIMEOUT) {
		error_set(error, "no end after %s s", timeout);
		return 1;
	}
	if (status > 0)
		return error_set(error, "the guest kernel's `%s` ended with status %d%s", words[0], status,
				 child_complaint());
	return status;
}

static bool is_kernel_row(const struct session *session, unsigned index, const struct measured_line *line)
{
	const struct bench_row *row = &bench_rows[index];

	return row->source == SOURCE_KERNEL && session->rows[index].is_measured &&
	       strlen(row->words) == line->name_length && memcmp(row->words, line->name, line->name_length) == 0;
}

static int keep_line(struct session *session, unsigned index, struct measured_line *line, struct error *error)
{
	for (size_t i = 0; i < line->tick_count; i++)
		line->ticks[i] = ns_of(session, line->ticks[i] / line->count);
	session->rows[index].iterations = (uint64_t)line->count;
	return keep(&session->rows[index], line->ticks, line->tick_count, error);
}

static int keep_kernel_output(struct session *session, struct error *error)
{
	double ticks[BENCH_SAMPLES_MAX];
	struct measured_line line;

	for (const char *text = output; *text != '\0';) {
		if (measured_line_parse(text, &line, ticks, BENCH_SAMPLES_MAX))
			for (unsigned i = 0; i < bench_row_count; i++)
				if (is_kernel_row(session, i, &line) && keep_line(session, i, &line, error) < 0)
					return -1;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

int session_measure_kernel(struct session *session, struct error *error)
{
	unsigned order[BENCH_ROWS_MAX];
	char ticks[TICKS_TEXT];
	const char *words[CHILD_WORDS_MAX] = {"measure", ticks, session->options->quick ? "3" : "5"};
	size_t count = 3;

	snprintf(ticks, sizeof(ticks), "%.0f", ticks_of(session, SAMPLE_NS));
	stats_shuffle(order, bench_row_count, &session->random);
	for (unsigned i = 0; i < bench_row_count && count < CHILD_WORDS_MAX; i++)
		if (session->rows[order[i]].is_measured && bench_rows[order[i]].source == SOURCE_KERNEL)
			words[count++] = bench_rows[order[i]].words;
	if (count == 3)
		return 0;
	if (run_child(session, KERNEL_TIMEOUT, "quiet hz=0", words, count, error) != 0)
		return -1;
	return keep_kernel_output(session, error);
}

static double control_ns(const struct session *session, const struct bench_row *row)
{
	if (session->options->quick)
		return CONTROL_NS_QUICK;
	return strcmp(row->name, "timer-10hz") == 0 ? CONTROL_NS_SLOW : CONTROL_NS;
}

static int run_timed(struct session *session, double timeout, const char *command_line, const char *const *words,
		     size_t count, struct error *error)
{
	const uint64_t start = kick_now();
	const int result = run_child(session, timeout, command_line, words, count, error);
	const double seconds = (double)(kick_now() - start) / NS_PER_SECOND;

	if (result == 0 && (session->control_seconds == 0 || seconds < session->control_seconds))
		session->control_seconds = seconds;
	return result;
}

/* A run may take some times what the fastest took, so one without a timer comes first. */
static int run_control(struct session *session, const char *command_line, const char *const *words, size_t count,
		       struct error *error)
{
	if (session->control_seconds == 0 &&
	    run_timed(session, CONTROL_TIMEOUT, "quiet protocol=limited", words, count, error) != 0)
		return -1;
	const double fastest = session->control_seconds;
	const double timeout = fmin(fmax(CONTROL_PATIENCE * fastest, CONTROL_TIMEOUT_MIN), CONTROL_TIMEOUT);
	const int result = run_timed(session, timeout, command_line, words, count, error);

	if (result <= 0)
		return result;
	return error_set(error, "no progress: not done in %.1f s what takes %.2f s; a tick costs more than the period",
			 timeout, fastest);
}

static int measure_control(struct session *session, unsigned index, struct error *error)
{
	char command_line[COMMAND_LINE], ticks[TICKS_TEXT];
	const char *const words[] = {"measure", ticks, "2", "work"};
	double values[BENCH_SAMPLES_MAX];
	struct measured_line line;

	snprintf(command_line, sizeof(command_line), "quiet %s", bench_rows[index].words);
	snprintf(ticks, sizeof(ticks), "%.0f", ticks_of(session, control_ns(session, &bench_rows[index])));
	if (run_control(session, command_line, words, sizeof(words) / sizeof(*words), error) < 0)
		return -1;
	if (!measured_line_parse(output, &line, values, BENCH_SAMPLES_MAX))
		return error_set(error, "the guest kernel's `measure` said nothing useful");
	return keep_line(session, index, &line, error);
}

static int measure_start(struct session *session, unsigned index, struct error *error)
{
	const char *const words[] = {"null", "0"};
	const uint64_t start = kick_now();

	if (run_child(session, KERNEL_TIMEOUT, "quiet", words, sizeof(words) / sizeof(*words), error) != 0)
		return -1;
	const double ns = (double)(kick_now() - start);
	session->rows[index].iterations = 1;
	return keep(&session->rows[index], &ns, 1, error);
}

int session_measure_row(struct session *session, unsigned index, struct error *error)
{
	switch (bench_rows[index].source) {
	case SOURCE_CONTROL:
		return measure_control(session, index, error);
	case SOURCE_START:
		return measure_start(session, index, error);
	case SOURCE_GUEST:
	case SOURCE_HOST:
		return measure_loop(session, index, error);
	default:
		return 0; /* the kernel's are measured together, a derived one not at all */
	}
}

/* ---- the clocks ---- */

static double median_of(const int64_t *ticks, unsigned count)
{
	double values[BENCH_SAMPLES_MAX];

	for (unsigned i = 0; i < count; i++)
		values[i] = (double)ticks[i];
	stats_sort(values, count);
	return stats_quantile(values, count, 0.5);
}

int session_measure_clocks(struct session *session, struct error *error)
{
	static const enum bench_crossing guest[] = {[CLOCK_RING0] = BENCH_CLOCK0, [CLOCK_RING3] = BENCH_CLOCK3};
	int64_t ticks[BENCH_SAMPLES_MAX];

	for (unsigned i = 0; i < sizeof(guest) / sizeof(*guest); i++) {
		if (bench_machine_measure(&session->machine, guest[i], BENCH_LOG_FLIGHT, 1, CLOCK_SAMPLES, ticks,
					  error) < 0)
			return -1;
		session->clock[i] = median_of(ticks, CLOCK_SAMPLES);
	}
	for (unsigned i = 0; i < CLOCK_SAMPLES; i++)
		ticks[i] = (int64_t)host_bench_measure(&session->host, HOST_GETPPID, 0);
	session->clock[CLOCK_HOST] = median_of(ticks, CLOCK_SAMPLES);
	return 0;
}

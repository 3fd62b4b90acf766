/* SPDX-License-Identifier: MIT */
/* One round of the rows that are whole runs of the VMM with the guest kernel. Called by rounds.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/deadlines.h"
#include "ringside/device.h"
#include "tools/bench/child.h"
#include "tools/bench/session.h"
#include "tools/trace/read/trace_reader.h"

#define NS_PER_SECOND 1e9
#define SAMPLE_NS 300000.0    /* a sample lasts at least that long */
#define CONTROL_NS 40000000.0 /* of the price of control: several ticks must fall into it */
#define CONTROL_NS_QUICK 20000000.0
#define CONTROL_NS_SLOW 250000000.0 /* of a timer that ticks rarely */

/* Every run is bounded in time, in seconds. */
#define KERNEL_TIMEOUT 30.0
#define CONTROL_TIMEOUT 5.0
#define CONTROL_TIMEOUT_MIN 1.0
#define CONTROL_PATIENCE 10 /* times the fastest */
#define GRACE 2.0	    /* behind the end of the session */
#define CHILD_SECONDS 40    /* what a VMM gets that does not heed its own timeout */

#define CROWD_SECONDS 5.0
#define CROWD_TIMEOUT 15.0
#define CROWD_PROCESS_BYTES UINT64_C(0x10000) /* that the guest kernel has for each */
#define CROWD_MEMORY "512M"

enum { TICKS_TEXT = 32, COMMAND_LINE = 64, VMM_WORDS_MAX = 4 };

static char output[CHILD_OUTPUT_MAX];

struct run {
	const char *command_line;
	const char *vmm_words[VMM_WORDS_MAX]; /* NULL after the last */
	const char *words[CHILD_WORDS_MAX];   /* init and its arguments */
	size_t count;
	double seconds; /* it may take */
};

/* 1: it did not end in time. */
static int run_child(const struct session *session, const struct run *run, struct error *error)
{
	const struct bench_options *options = session->options;
	const double left = ((double)session->deadline - (double)deadlines_now()) / NS_PER_SECOND + GRACE;
	char timeout[TICKS_TEXT];
	const char *all[CHILD_WORDS_MAX + VMM_WORDS_MAX + 16] = {
		options->vmm, "run", "-q", "--timeout", timeout, "-a", run->command_line, NULL};
	size_t used = 7;

	for (size_t i = 0; i < VMM_WORDS_MAX && run->vmm_words[i] != NULL; i++)
		all[used++] = run->vmm_words[i];
	all[used++] = options->guest_image;
	all[used++] = "--";
	for (size_t i = 0; i < run->count; i++)
		all[used++] = run->words[i];
	snprintf(timeout, sizeof(timeout), "%.1f", fmin(run->seconds, left));
	const int status = child_run(all, CHILD_SECONDS, output, error);
	if (status == RINGSIDE_STATUS_TIMEOUT) {
		error_set(error, "no end after %s s", timeout);
		return 1;
	}
	if (status > 0)
		return error_set(error, "the guest kernel's `%s` ended with status %d%s", run->words[0], status,
				 child_complaint());
	return status;
}

/* ---- rows of the program `measure` ---- */

static void ask_measure(const struct session *session, struct run *run, double sample_ns, const char *samples,
			char ticks[TICKS_TEXT])
{
	snprintf(ticks, TICKS_TEXT, "%.0f", session_ticks(session, sample_ns));
	run->words[0] = "measure";
	run->words[1] = ticks;
	run->words[2] = samples;
	run->count = 3;
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
		line->ticks[i] = session_ns(session, line->ticks[i] / line->count);
	session->rows[index].iterations = (uint64_t)line->count;
	return session_keep(session, index, line->ticks, line->tick_count, error);
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
	struct run run = {.command_line = "quiet hz=0", .seconds = KERNEL_TIMEOUT};
	unsigned order[BENCH_ROWS_MAX];
	char ticks[TICKS_TEXT];

	ask_measure(session, &run, SAMPLE_NS, session->options->quick ? "3" : "5", ticks);
	stats_shuffle(order, bench_row_count, &session->random);
	for (unsigned i = 0; i < bench_row_count && run.count < CHILD_WORDS_MAX; i++)
		if (session->rows[order[i]].is_measured && bench_rows[order[i]].source == SOURCE_KERNEL)
			run.words[run.count++] = bench_rows[order[i]].words;
	if (run_child(session, &run, error) != 0)
		return -1;
	return keep_kernel_output(session, error);
}

/* What `measure` said of one row. */
static int keep_first_line(struct session *session, unsigned index, struct error *error)
{
	double values[BENCH_SAMPLES_MAX];
	struct measured_line line;

	if (!measured_line_parse(output, &line, values, BENCH_SAMPLES_MAX))
		return error_set(error, "the guest kernel's `measure` said nothing useful");
	return keep_line(session, index, &line, error);
}

static int measure_traced(struct session *session, unsigned index, struct error *error)
{
	char trace[sizeof(session->trace) + 8], ticks[TICKS_TEXT];
	struct run run = {
		.command_line = "quiet hz=0",
		.vmm_words = {trace, bench_transitions[bench_rows[index].what]},
		.seconds = KERNEL_TIMEOUT,
	};

	snprintf(trace, sizeof(trace), "--trace=%s", session->trace);
	ask_measure(session, &run, SAMPLE_NS, "5", ticks);
	run.words[run.count++] = bench_rows[index].words;
	return run_child(session, &run, error) != 0 ? -1 : keep_first_line(session, index, error);
}

/* Not before it is known what making so many processes takes: at worst the row comes in the next round. */
static int measure_crowd(struct session *session, unsigned index, struct error *error)
{
	const struct bench_row *row = &bench_rows[index];
	const struct row_state *life = &session->rows[bench_row_find(CROWD_MEASURE)];
	const double seconds = series_summarise(&life->series).median * row->processes / NS_PER_SECOND;
	struct run run = {
		.command_line = "quiet hz=0",
		.vmm_words = {"-m", CROWD_MEMORY},
		.seconds = CROWD_TIMEOUT,
	};
	char ticks[TICKS_TEXT];

	if (life->failure != NULL)
		return error_set(error, "%s: %s", CROWD_MEASURE, life->failure);
	if (life->series.count == 0)
		return 0;
	if (seconds > CROWD_SECONDS)
		return error_set(error,
				 "skipped: making and ending %u processes takes %.0f s here; the bound is %.0f s",
				 row->processes, seconds, CROWD_SECONDS);
	if (session_check_memory(row->processes * CROWD_PROCESS_BYTES, error) < 0)
		return -1;
	ask_measure(session, &run, SAMPLE_NS, "2", ticks);
	run.words[run.count++] = row->words;
	return run_child(session, &run, error) != 0 ? -1 : keep_first_line(session, index, error);
}

/* ---- the price of control ---- */

static double control_ns(const struct session *session, const struct bench_row *row)
{
	if (session->options->quick)
		return CONTROL_NS_QUICK;
	return strcmp(row->name, "timer-10hz") == 0 ? CONTROL_NS_SLOW : CONTROL_NS;
}

static int run_timed(struct session *session, const struct run *run, struct error *error)
{
	const uint64_t start = deadlines_now();
	const int result = run_child(session, run, error);
	const double seconds = (double)(deadlines_now() - start) / NS_PER_SECOND;

	if (result == 0 && (session->control_seconds == 0 || seconds < session->control_seconds))
		session->control_seconds = seconds;
	return result;
}

/*
 * Where ring 0 is emulated, a fast timer leaves a process nothing: a run may take some times what the fastest took,
 * so one without a timer comes first.
 */
static int run_control(struct session *session, struct run *run, struct error *error)
{
	struct run first = *run;

	first.command_line = "quiet protocol=limited";
	first.seconds = KERNEL_TIMEOUT;
	if (session->control_seconds == 0 && run_timed(session, &first, error) != 0)
		return -1;
	const double fastest = session->control_seconds;
	run->seconds = fmin(fmax(CONTROL_PATIENCE * fastest, CONTROL_TIMEOUT_MIN), CONTROL_TIMEOUT);
	const int result = run_timed(session, run, error);
	if (result <= 0)
		return result;
	return error_set(error, "no progress: not done in %.1f s what takes %.2f s; a tick costs more than the period",
			 run->seconds, fastest);
}

static int measure_control(struct session *session, unsigned index, struct error *error)
{
	char command_line[COMMAND_LINE], ticks[TICKS_TEXT];
	struct run run = {.command_line = command_line};

	snprintf(command_line, sizeof(command_line), "quiet %s", bench_rows[index].words);
	ask_measure(session, &run, control_ns(session, &bench_rows[index]), "2", ticks);
	run.words[run.count++] = "work";
	return run_control(session, &run, error) < 0 ? -1 : keep_first_line(session, index, error);
}

/* ---- from start to end ---- */

/* TSC ticks from the first entry into the guest to a moment of the run, by the trace that was recorded. */
static uint64_t boot_ticks(const char *path, enum bench_moment moment, struct error *error)
{
	struct trace_reader *reader = trace_reader_open(path, error);
	uint64_t entry = 0, ring3 = 0, last = 0;
	union record record;

	while (reader != NULL && trace_reader_next(reader, &record, error) == 1) {
		if (!record_is_event(&record) && entry == 0)
			entry = record.exit.entry;
		if (record.exit.kind == RECORD_EVENT + RINGSIDE_EVENT_RETURN && ring3 == 0)
			ring3 = record.event.tsc;
		last = record.exit.tsc;
	}
	if (reader == NULL)
		return 0;
	trace_reader_close(reader);
	if (entry == 0 || ring3 == 0)
		error_set(error, "the trace of the run shows no return to ring 3");
	return entry == 0 || ring3 == 0 ? 0 : (moment == MOMENT_RING3 ? ring3 : last) - entry;
}

static int measure_start(struct session *session, unsigned index, struct error *error)
{
	const enum bench_moment moment = (enum bench_moment)bench_rows[index].what;
	char trace[sizeof(session->trace) + 8];
	struct run run = {
		.command_line = "quiet",
		.vmm_words = {moment != MOMENT_END ? trace : NULL},
		.words = {"null", "0"},
		.count = 2,
		.seconds = KERNEL_TIMEOUT,
	};

	snprintf(trace, sizeof(trace), "--trace=%s", session->trace);
	const uint64_t start = __builtin_ia32_rdtsc();
	if (run_child(session, &run, error) != 0)
		return -1;
	const uint64_t all = __builtin_ia32_rdtsc() - start;
	const uint64_t ticks = moment == MOMENT_END ? all : boot_ticks(session->trace, moment, error);
	if (ticks == 0)
		return -1;
	const double ns = session_ns(session, (double)ticks);
	session->rows[index].iterations = 1;
	return session_keep(session, index, &ns, 1, error);
}

int session_measure_run(struct session *session, unsigned index, struct error *error)
{
	switch (bench_rows[index].source) {
	case SOURCE_TRACED:
		return measure_traced(session, index, error);
	case SOURCE_CROWD:
		return measure_crowd(session, index, error);
	case SOURCE_CONTROL:
		return measure_control(session, index, error);
	default:
		return measure_start(session, index, error);
	}
}

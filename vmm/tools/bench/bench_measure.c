/* SPDX-License-Identifier: MIT */
/* One round of a row that is a loop, in the guest or in this process: sizes samples and takes them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/units.h"
#include "tools/bench/bench_session.h"
#include "tools/output/order_statistics.h"

#define SAMPLE_NS 300000.0  /* a sample lasts at least so long, */
#define ROUND_NS 20000000.0 /* and the samples of one round together no longer than this, if possible */
#define LONG_NS 50000000.0  /* other processes do not keep the CPU so long */
#define PAGES_NS 5000000000.0
#define PAGE_KIB 4
#define OWN_TABLES_KIB 16
#define KIB 1024
#define MIB (KIB * KIB)

enum { SAMPLES = 8, CLOCK_SAMPLES = 32, ITERATIONS_MAX = 1 << 24 };
enum { CLOCK_RING0, CLOCK_RING3, CLOCK_HOST };

double session_ns(const struct session *session, double ticks)
{
	return ticks * NS_PER_MS / session->machine.vcpu.tsc_khz;
}

double session_ticks(const struct session *session, double ns)
{
	return ns * session->machine.vcpu.tsc_khz / NS_PER_MS;
}

static bool is_clock(const struct bench_row *row)
{
	return row->source == SOURCE_GUEST && (row->what == BENCH_CLOCK0 || row->what == BENCH_CLOCK3);
}

static double clock_of(const struct session *session, const struct bench_row *row)
{
	if (is_clock(row) || bench_row_has_deadline(row))
		return 0;
	if (row->source == SOURCE_HOST)
		return session->clock[CLOCK_HOST];
	if (row->what == BENCH_TICK)
		return 2 * session->clock[CLOCK_RING3]; /* a sample lies between three readings of the clock */
	return session->clock[bench_row_is_ring3(row) ? CLOCK_RING3 : CLOCK_RING0];
}

/* ---- memory of the processes ---- */

static uint64_t available_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib = 0;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL && sscanf(line, "MemAvailable: %llu", &kib) != 1)
		;
	if (file != NULL)
		fclose(file);
	return (uint64_t)kib * KIB;
}

/* Half of what the host can spare may be used; the rest is left to other processes. */
int session_check_memory(uint64_t bytes, struct error *error)
{
	const uint64_t available = available_memory();

	if (available == 0 || bytes <= available / 2)
		return 0;
	return error_set(error, "skipped: %llu MiB of memory; the host has %llu MiB to spare",
			 (unsigned long long)(bytes / MIB), (unsigned long long)(available / MIB));
}

static int check_memory(const struct bench_row *row, struct error *error)
{
	const uint64_t tables = row->what == BENCH_SWITCH_OWN ? (uint64_t)row->processes * OWN_TABLES_KIB * KIB : 0;
	const uint64_t bytes = (uint64_t)row->processes * row->kib * KIB;

	if (row->processes > BENCH_PROCESSES_LARGE && row->kib * KIB > BENCH_SET_SMALL)
		return error_set(error, "skipped: %llu MiB of working sets; the bound is %u MiB",
				 (unsigned long long)(bytes / MIB), BENCH_POOL_SIZE / MIB);
	return session_check_memory(bytes + tables, error);
}

/*
 * Finds out, once and before any page has been touched, how long the first touch of a page takes: the least of several
 * measurements, because other processes may take the CPU meanwhile. Each measures the pages that the ones before have
 * not touched.
 */
static int time_pages(struct session *session, struct error *error)
{
	static const unsigned kib[] = {8, 16, 32, 64, 128, 256};
	struct bench_order order = {.crossing = BENCH_TOUCH, .iterations = 1, .count = 1, .processes = 1};
	double least = INFINITY;
	int64_t ticks;

	for (unsigned i = 0; session->page_ns == 0 && i < COUNT(kib); i++) {
		const unsigned fresh = (kib[i] - (i > 0 ? kib[i - 1] : 0)) / PAGE_KIB;

		order.bytes = kib[i] * KIB;
		if (bench_machine_measure(&session->machine, &order, &ticks, error) < 0)
			return -1;
		least = fmin(least, session_ns(session, (double)ticks) / fresh);
	}
	session->page_ns = session->page_ns == 0 ? least : session->page_ns;
	return 0;
}

/* Refuses a row whose working sets take too long to touch for the first time, as on hosts where a page is expensive. */
static int check_pages(struct session *session, const struct bench_row *row, struct error *error)
{
	const unsigned pages = row->processes * row->kib / PAGE_KIB;

	if (time_pages(session, error) < 0)
		return -1;
	if (pages * session->page_ns > PAGES_NS)
		return error_set(error, "skipped: the first touch of %u pages takes %.0f s here; the bound is %.0f s",
				 pages, pages * session->page_ns / NS_PER_SECOND, PAGES_NS / NS_PER_SECOND);
	return 0;
}

/* ---- samples ---- */

static int find_machine(struct session *session, enum irqchip irqchip, struct bench_machine **machine,
			struct error *error)
{
	*machine = irqchip == IRQCHIP_USER ? &session->machine : &session->others[irqchip];
	if ((*machine)->page != NULL)
		return 0;
	return bench_machine_start(*machine, session->options->bench_image, irqchip, BENCH_MEMORY_SMALL, session->trace,
				   error);
}

static int take_guest(struct session *session, const struct bench_row *row, uint64_t iterations, unsigned count,
		      int64_t *ticks, struct error *error)
{
	/* The first sample also contains the first touch of each process's memory, and is thrown away. */
	const unsigned warm_up = row->processes > 0;
	const struct bench_order order = {
		.crossing = (enum bench_crossing)row->what,
		.logging = (enum bench_logging)row->logging,
		.iterations = iterations,
		.count = count + warm_up,
		.processes = row->processes,
		.bytes = row->kib * KIB,
	};
	struct bench_machine *machine;

	if (find_machine(session, row->irqchip, &machine, error) < 0 ||
	    bench_machine_measure(machine, &order, ticks, error) < 0)
		return -1;
	memmove(ticks, ticks + warm_up, count * sizeof(*ticks));
	return 0;
}

static int take(struct session *session, const struct bench_row *row, uint64_t iterations, unsigned count,
		int64_t *ticks, struct error *error)
{
	if (row->source == SOURCE_GUEST)
		return take_guest(session, row, iterations, count, ticks, error);
	for (unsigned i = 0; i < count; i++)
		ticks[i] = (int64_t)host_bench_measure(&session->host, (enum host_crossing)row->what, iterations);
	return 0;
}

/* Takes the shorter of two samples, because one may be long for other reasons; a single one when that is very long. */
static int time_sample(struct session *session, unsigned index, struct error *error)
{
	struct row_state *state = &session->rows[index];
	int64_t ticks[BENCH_SAMPLES_MAX];

	state->sample_ns = INFINITY;
	for (unsigned i = 0; i < 2; i++) {
		if (take(session, &bench_rows[index], state->iterations, 1, ticks, error) < 0)
			return -1;
		state->sample_ns = fmin(state->sample_ns, session_ns(session, (double)*ticks));
		if (state->sample_ns < SAMPLE_NS || state->sample_ns > LONG_NS)
			break;
	}
	return 0;
}

/* Doubles the crossings of a sample until the sample lasts long enough. This warms the row up, too. */
static int size_sample(struct session *session, unsigned index, struct error *error)
{
	const struct bench_row *row = &bench_rows[index];
	struct row_state *state = &session->rows[index];

	state->iterations = 1;
	if (is_clock(row) || bench_row_is_timer(row))
		return 0;
	for (; state->iterations < ITERATIONS_MAX; state->iterations *= 2) {
		if (time_sample(session, index, error) < 0)
			return -1;
		if (state->sample_ns >= SAMPLE_NS)
			break;
	}
	return 0;
}

/* How many samples a round has time for. */
static unsigned samples_of(const struct bench_row *row, const struct row_state *state)
{
	if (is_clock(row))
		return CLOCK_SAMPLES;
	if (state->sample_ns * SAMPLES <= ROUND_NS)
		return SAMPLES;
	return state->sample_ns < ROUND_NS ? (unsigned)(ROUND_NS / state->sample_ns) : 1;
}

int session_keep(struct session *session, unsigned index, const double *values, size_t count, struct error *error)
{
	if (!series_add_round(&session->rows[index].series, values, count))
		return error_set(error, "not enough memory for the samples");
	return 0;
}

/* -1 with a line in *error when the guest cannot measure this row on this host. */
static int check_guest(struct session *session, const struct bench_row *row, struct error *error)
{
	const struct bench_page *page = session->machine.page;
	const bool is_syscall = row->what == BENCH_SYSRET || row->what == BENCH_SYSCALL_IRET;

	if ((is_syscall && page->syscall == BENCH_NEVER_ARRIVES) ||
	    (bench_row_is_int80(row) && page->int80 == BENCH_NEVER_ARRIVES))
		return error_set(error, "this instruction does not arrive at ring 0 on this host");
	if (row->processes == 0)
		return 0;
	return check_memory(row, error) < 0 ? -1 : check_pages(session, row, error);
}

int session_measure_loop(struct session *session, unsigned index, struct error *error)
{
	const struct bench_row *row = &bench_rows[index];
	struct row_state *state = &session->rows[index];
	int64_t ticks[BENCH_SAMPLES_MAX] = {0};
	double values[BENCH_SAMPLES_MAX];

	if (row->source == SOURCE_GUEST && check_guest(session, row, error) < 0)
		return -1;
	if (row->source == SOURCE_HOST && host_bench_check(&session->host, (enum host_crossing)row->what, error) < 0)
		return -1;
	const bool is_new = state->iterations == 0;
	if (is_new && size_sample(session, index, error) < 0)
		return -1;
	const unsigned count = samples_of(row, state);
	if (is_new && state->sample_ns > LONG_NS)
		*ticks = (int64_t)session_ticks(session, state->sample_ns); /* so long a sample is not taken again */
	else if (take(session, row, state->iterations, count, ticks, error) < 0)
		return -1;
	const double clock = clock_of(session, row), units = (double)state->iterations * row->per;
	for (unsigned i = 0; i < count; i++)
		values[i] = session_ns(session, ((double)ticks[i] - clock) / units);
	return session_keep(session, index, values, count, error);
}

/* ---- the clocks ---- */

static double median_of(const int64_t *ticks, unsigned count)
{
	double values[BENCH_SAMPLES_MAX];

	for (unsigned i = 0; i < count; i++)
		values[i] = (double)ticks[i];
	return sort_for_median(values, count);
}

int session_measure_clocks(struct session *session, struct error *error)
{
	static const enum bench_crossing guest[] = {[CLOCK_RING0] = BENCH_CLOCK0, [CLOCK_RING3] = BENCH_CLOCK3};
	struct bench_order order = {.iterations = 1, .count = CLOCK_SAMPLES};
	int64_t ticks[BENCH_SAMPLES_MAX];

	for (unsigned i = 0; i < COUNT(guest); i++) {
		order.crossing = guest[i];
		if (bench_machine_measure(&session->machine, &order, ticks, error) < 0)
			return -1;
		session->clock[i] = median_of(ticks, CLOCK_SAMPLES);
	}
	for (unsigned i = 0; i < CLOCK_SAMPLES; i++)
		ticks[i] = (int64_t)host_bench_measure(&session->host, HOST_GETPPID, 0);
	session->clock[CLOCK_HOST] = median_of(ticks, CLOCK_SAMPLES);
	return 0;
}

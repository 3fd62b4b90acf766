/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_session.h"
#include "base/nearest.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- which rows are shown (what was asked for) and which are measured (also what that is compared with) ---- */

static void need(struct session *session, const char *name)
{
	const int index = name != NULL ? bench_row_find(name) : -1;

	if (index < 0 || session->rows[index].is_measured)
		return;
	session->rows[index].is_measured = true;
	need(session, bench_rows[index].minus);
	need(session, bench_rows[index].of);
	if (bench_rows[index].source == SOURCE_CONTROL)
		need(session, CONTROL_BASE);
	if (bench_rows[index].source == SOURCE_CROWD)
		need(session, CROWD_MEASURE);
}

static bool is_due(const struct bench_row *row, const struct bench_options *options)
{
	if (row->source == SOURCE_PEER && !session_has_peer())
		return false;
	return row->when == WHEN_ALWAYS || (row->when == WHEN_FULL && (!options->quick || options->only[0] != NULL)) ||
	       (row->when == WHEN_DELAYED && options->delay_ns > 0);
}

/* The whole name of a row chooses that row alone, even when the name is a part of other names. */
static bool is_chosen(unsigned index, const char *pattern)
{
	if (pattern == NULL)
		return true;
	return bench_row_find(pattern) >= 0 ? bench_row_find(pattern) == (int)index
					    : bench_row_matches(&bench_rows[index], pattern);
}

static bool choose(struct session *session, const char *pattern)
{
	bool has_match = false;

	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		if (!is_due(row, session->options) || !is_chosen(i, pattern))
			continue;
		has_match = session->rows[i].is_shown = true;
		need(session, row->name);
	}
	return has_match;
}

static int refuse(const char *pattern, struct error *error)
{
	char offer[NEAREST_OFFER_SIZE];
	struct nearest nearest = nearest_start(pattern, strlen(pattern));

	for (unsigned i = 0; i < bench_row_count; i++) {
		nearest_try(&nearest, bench_rows[i].name, strlen(bench_rows[i].name));
		nearest_try(&nearest, bench_rows[i].group, strlen(bench_rows[i].group));
		if (!is_chosen(i, pattern))
			continue;
		if (bench_rows[i].source == SOURCE_PEER)
			return error_set(error, "--only '%s' needs QEMU, which is not installed", pattern);
		if (bench_rows[i].when == WHEN_DELAYED)
			return error_set(error, "--only '%s' needs --inject-delay", pattern);
	}
	return error_set(error, "--only '%s': no benchmark is called so%s; vmm bench --list names all", pattern,
			 nearest_offer(&nearest, "", offer));
}

int session_choose(struct session *session, const struct bench_options *options, struct error *error)
{
	session->options = options;
	session->random = options->seed | 1;
	if (options->only[0] == NULL)
		choose(session, NULL);
	for (unsigned i = 0; options->only[i] != NULL; i++)
		if (!choose(session, options->only[i]))
			return refuse(options->only[i], error);
	return 0;
}

/* ---- from start to end ---- */

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

/* Makes a file for the rows that write a trace, in memory where the host has such a file system. */
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

static bool needs_processes(const struct session *session)
{
	bool does = false;

	for (unsigned i = 0; i < bench_row_count; i++)
		does = does || (session->rows[i].is_measured && bench_rows[i].source == SOURCE_GUEST &&
				bench_rows[i].processes > 0);
	return does;
}

static int start(struct session *session, struct error *error)
{
	const struct bench_options *options = session->options;
	const uint64_t memory = needs_processes(session) ? BENCH_MEMORY : BENCH_MEMORY_SMALL;

	if (bench_machine_start(&session->machine, options->bench_image, IRQCHIP_USER, memory, session->trace, error) <
	    0)
		return -1;
	session->machine.delay_ns = options->delay_ns;
	return host_bench_start(&session->host, &session->machine.vcpu, error);
}

int session_run(struct session *session, struct error *error)
{
	session->cpu = pin();
	if (make_trace(session->trace, sizeof(session->trace), error) < 0)
		return -1;
	int result = start(session, error);
	conditions_start(&session->conditions, session->cpu);
	if (result == 0)
		result = session_measure_all(session, error);
	conditions_end(&session->conditions);
	host_bench_end(&session->host);
	unlink(session->trace);
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
	for (unsigned i = 0; i < IRQCHIP_COUNT; i++)
		if (session->others[i].page != NULL)
			bench_machine_end(&session->others[i]);
}

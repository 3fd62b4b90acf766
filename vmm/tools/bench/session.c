/* SPDX-License-Identifier: MIT */
#include "tools/bench/session.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* A trace for the rows that write one: in memory where there is such a file system. */
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

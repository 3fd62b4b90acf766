/* SPDX-License-Identifier: MIT */
/* Where `vmm bench` puts what it found, and how it says that it cannot. Used by bench.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_OUTPUT_H
#define VMM_TOOLS_BENCH_BENCH_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "tools/bench/bench_report.h"

struct bench_output {
	const char *path; /* NULL: not asked for; "-": standard output */
	void (*print)(const struct report *report, FILE *out);
};

/* Both return 0, or a status when it has been said what is wrong. */
int bench_outputs_check(const struct bench_output *outputs, size_t count);
/* The table goes to standard output where nothing else does. */
int bench_outputs_write(const struct bench_output *outputs, size_t count, const struct report *report);

/* One line on stderr. Returns the status. */
int bench_complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

/* SPDX-License-Identifier: MIT */
/* Two traces on one web page: both timelines, where they part, and the tables of `vmm trace diff`. */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_PAIR_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_PAIR_H

#include <stdio.h>

#include "tools/trace/diff/diff.h"
#include "tools/trace/report/report.h"

struct report_pair {
	struct report *reports[DIFF_SIDES];
	const char *files[DIFF_SIDES]; /* names of the traces */
	const struct diff *diff;       /* of which the places, if there are any, have been found */
};

/* Writes the page; errors of `out` stay with it. Returns -1 when memory ran out on the way. */
int report_pair_write(const struct report_pair *pair, FILE *out);

#endif

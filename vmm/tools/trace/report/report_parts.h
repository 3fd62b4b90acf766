/* SPDX-License-Identifier: MIT */
/* The parts of a report's page, for report_pair.c, which puts two of them on one page. */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_PARTS_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_PARTS_H

#include <stdio.h>

#include "tools/trace/report/report.h"

/* To be called once, after the last record and before the others. Returns -1 when memory ran out on the way. */
int report_end(struct report *report);

/* What stands in the elements "data", "records" and "facts": docs/report.md. */
void report_put_data(const struct report *report, FILE *out);
void report_put_records(const struct report *report, FILE *out);
void report_put_facts(struct report *report, FILE *out);

/* The page of one trace, with nothing in these elements. */
void report_put_empty_page(FILE *out);

#endif

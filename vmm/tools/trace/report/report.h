/* SPDX-License-Identifier: MIT */
/*
 * A trace as one web page that needs nothing else. It holds the records, packed; each different text that they say,
 * once; the protocol tables; what `vmm trace stat` says; and the script that shows all this. Takes the records in one
 * pass.
 */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_format.h"
#include "symbols/symbols.h"

/* How many records a page shows unless told otherwise: the script takes some 30 bytes of memory for each. */
#define REPORT_RECORDS_DEFAULT UINT64_C(2000000)

struct report;

/*
 * `header` is the trace's; `symbols` and `environment` (lines of key=value) may be NULL; all must outlive the report.
 * Of more than `limit` records the first ones are shown, and the page says so; its statistics are of all. NULL when
 * there is no memory.
 */
struct report *report_new(const struct file_header *header, const struct symbols *symbols, const char *environment,
			  uint64_t limit);
void report_free(struct report *report);

void report_record(struct report *report, const union record *record);

/* What is odd about the trace, as a sentence without its full stop, which the page shows at its top; must outlive the
 * report. NULL = nothing. */
void report_note(struct report *report, const char *note);

/* How many records were left out. */
uint64_t report_left_out(const struct report *report);

/* Writes the page; errors of `out` stay with it. Returns -1 when memory ran out on the way. */
int report_write(struct report *report, FILE *out);

#endif

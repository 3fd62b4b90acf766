/* SPDX-License-Identifier: MIT */
/*
 * The lines of `vmm trace print` as JSON, one object a line (docs/trace.md lists the members). Members that a filter
 * knows have the names of its fields, and times end in _ns. Called by trace_print.c.
 */
#ifndef VMM_TOOLS_TRACE_PRINT_PRINT_JSON_H
#define VMM_TOOLS_TRACE_PRINT_PRINT_JSON_H

#include "base/json.h"
#include "text/text.h"

struct print_json {
	struct json_writer json;
	bool relative, durations; /* as for text_set_times() */
	uint64_t line_tsc;	  /* of the line before; 0 = there is none */
};

void print_json_start(struct print_json *print, FILE *out, bool relative, bool durations);

/* What text_set_writer() takes; `print` must outlive the printer. */
struct text_writer print_json_writer(struct print_json *print);

#endif

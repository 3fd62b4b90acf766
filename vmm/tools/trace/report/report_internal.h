/* SPDX-License-Identifier: MIT */
/* What report.c collects and report_write.c writes. */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_INTERNAL_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_INTERNAL_H

#include <stdbool.h>

#include "text/address_spaces.h"
#include "text/calls.h"
#include "tools/trace/protocol/protocol.h"
#include "tools/trace/report/intern.h"
#include "tools/trace/report/report.h"

/* All that a record says but its times. Without padding: these are compared as bytes. */
struct shape {
	uint32_t kind;
	uint32_t pid;
	uint32_t cpl;
	uint32_t detail; /* numbers of strings */
	uint32_t place;
};

_Static_assert(sizeof(struct shape) == 5 * sizeof(uint32_t), "no padding");

struct report {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	const char *environment;
	uint64_t limit, records, left_out;
	bool no_memory;
	struct intern strings, shapes;
	unsigned char *packed; /* of each record: shape, ns since the one before, for an exit ns in the guest */
	size_t used, room;
	uint64_t last_ns;
	struct processes processes;
	struct calls calls;
	struct protocol_log *protocol;
};

/* Writes the script's data as JSON: see docs/report.md. */
void report_write_data(const struct report *report, FILE *out);
void report_write_packed(const struct report *report, FILE *out);

#endif

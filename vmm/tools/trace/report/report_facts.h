/* SPDX-License-Identifier: MIT */
/*
 * What the page can ask of a record: the fields of the filter (tools/trace/filter), and the arguments of events. Each
 * different set of answers is kept once. report.c keeps them; report_filter.js reads them.
 */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_FACTS_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_FACTS_H

#include <stdint.h>

#include "base/json.h"
#include "symbols/symbols.h"
#include "text/text.h"
#include "tools/trace/report/intern.h"
#include "tools/trace/report/report_pack.h"

/* Starts with zeros. */
struct facts {
	struct intern sets;    /* of answers */
	struct intern symbols; /* the names of functions that records are in */
	struct pack packed;
};

/*
 * The number of what a record answers; 0 = nothing is known, as it is past 65536 different sets. INTERN_FAILED when
 * there is no memory. Times and the number of the exit are not kept: the script knows them.
 */
uint32_t facts_keep(struct facts *facts, const struct text_moment *moment);
void facts_free(struct facts *facts);

/* Writes the array "fields": name, help, type and names of each field. `symbols` may be NULL. */
void facts_write_fields(const struct facts *facts, const struct symbols *symbols, struct json_writer *json);

/*
 * Writes a column of answers for each field, then for the arguments a and b of events, each ended by a full stop. A
 * column is made of runs of sets with the same answer: twice the length of the run, plus 1 if there is an answer, and
 * the answer. It is empty when there is no memory for it.
 */
void facts_write_columns(struct facts *facts, FILE *out);

#endif

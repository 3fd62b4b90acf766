/* SPDX-License-Identifier: MIT */
/* A protocol table being made: protocol_tables.c says of what, protocol_rows.c writes the rows. */
#ifndef VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_ROWS_H
#define VMM_TOOLS_TRACE_PROTOCOL_PROTOCOL_ROWS_H

#include "base/layout.h"
#include "tools/trace/protocol/protocol_log.h"

/* A table being made. */
struct writer {
	const struct protocol_log *log;
	struct protocol_table table;
	const char *who; /* "pid 2 sieve: " in front of details; "" = it is clear */
	bool no_memory;
};

void protocol_put_step(struct writer *writer, const struct step *step);

/* A step of that kind belongs here and is not there. */
void protocol_put_missing(struct writer *writer, unsigned kind);

/* One row from a step. `detail` may be NULL. */
void protocol_put_row(struct writer *writer, const struct step *step, enum protocol_column column, const char *words,
		      const struct layout *detail);

#endif

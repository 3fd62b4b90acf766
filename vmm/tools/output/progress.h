/* SPDX-License-Identifier: MIT */
/* A line on stderr, at a terminal only, that tells how far a command is that takes longer than two seconds. */
#ifndef VMM_TOOLS_OUTPUT_PROGRESS_H
#define VMM_TOOLS_OUTPUT_PROGRESS_H

#include <stdint.h>

#include "tools/trace/read/stream.h"
#include "tools/trace/read/trace_reader.h"

/* Begins to count the two seconds. */
void progress_start(void);

/* To be called now and then. */
void progress_records(const struct trace_reader *reader, uint64_t records);
void progress_bytes(const struct stream *stream, uint64_t bytes);

/* trace_reader_next() with all of this around it, from the first record to the last. */
int progress_next(struct trace_reader *reader, union record *record, struct error *error);

/* Before anything else is said: removes the line. */
void progress_end(void);

#endif

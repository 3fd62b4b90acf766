/* SPDX-License-Identifier: MIT */
/*
 * Two traces of which each is read more than once, because they are compared: what `vmm trace diff` and `vmm trace
 * report A B` share. How they are compared is in tools/trace/diff.
 */
#ifndef VMM_TOOLS_TRACE_COMMANDS_TRACE_PAIR_H
#define VMM_TOOLS_TRACE_COMMANDS_TRACE_PAIR_H

#include "tools/trace/diff/diff.h"
#include "tools/trace/read/trace_environment.h"
#include "tools/trace/read/trace_reader.h"

/* They are opened once for all that is asked of them, and anew for each further reading. */
struct trace_pair {
	const char *files[DIFF_SIDES];
	struct trace_reader *readers[DIFF_SIDES];
	struct trace_reader *again[DIFF_SIDES]; /* NULL = not yet */
};

/* Opens B beside A, which is open. Returns 0; or -1 with a line in *error. To be closed in either case. */
int trace_pair_open(struct trace_pair *pair, struct error *error);

/* Closes all readers but that of A, which was open. */
void trace_pair_close(struct trace_pair *pair);

/* Begins another reading of a side, pair->again[side]. Returns 0; or -1 with a line in *error. */
int trace_pair_reopen(struct trace_pair *pair, unsigned side, struct error *error);

/*
 * After diff_end(): reads both twice more, and has the places where they part and their records. Returns 0; or -1 with
 * a line in *error.
 */
int trace_pair_find(struct trace_pair *pair, struct diff *diff, struct error *error);

/* Calls `take` for each key of the two headers whose values differ; NULL = the side does not have the key. */
void trace_pair_environments(const struct trace_pair *pair,
			     void (*take)(void *context, const struct environment_pair *key,
					  const struct environment_pair *const values[DIFF_SIDES]),
			     void *context);

#endif

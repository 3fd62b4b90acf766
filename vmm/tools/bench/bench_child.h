/* SPDX-License-Identifier: MIT */
/*
 * Runs of other programs as child processes, vmm among them, and the lines that guests print of what they have
 * measured. Used by bench_runs.c and bench_peer.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_CHILD_H
#define VMM_TOOLS_BENCH_BENCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { CHILD_OUTPUT_MAX = 1 << 16, CHILD_WORDS_MAX = 64 };

/*
 * Runs the program words[0], looked for in PATH when the name has no slash, with `words`, which end with NULL. Puts
 * what the program prints into `output`, with a zero byte behind it. Returns the exit status; or -1 with a line in
 * *error, also when the program has been killed because it had not ended after `seconds`.
 */
int child_run(const char *const *words, unsigned seconds, char output[CHILD_OUTPUT_MAX], struct error *error);

/* ": " and the last line that the last child wrote on stderr, with ? for control characters; "" when there is none. */
const char *child_complaint(void);

/* One line of a guest that measures: "NAME COUNT TICKS...". */
struct measured_line {
	const char *name;
	size_t name_length;
	double count; /* crossings in a sample */
	double *ticks;
	size_t tick_count;
};

/* Takes the line that begins at `text` apart; `ticks` has room for `room`. False when it is not such a line. */
bool measured_line_parse(const char *text, struct measured_line *line, double *ticks, size_t room);

/* The next such line from *text on; moves *text behind it. False at the end of the text. */
bool measured_line_next(const char **text, struct measured_line *line, double *ticks, size_t room);

bool measured_line_is(const struct measured_line *line, const char *name);

#endif

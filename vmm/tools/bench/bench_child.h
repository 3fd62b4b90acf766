/* SPDX-License-Identifier: MIT */
/* Whole runs of the VMM as child processes: the guest kernel's rows come as text that its program prints. */
#ifndef VMM_TOOLS_BENCH_BENCH_CHILD_H
#define VMM_TOOLS_BENCH_BENCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { CHILD_OUTPUT_MAX = 1 << 16, CHILD_WORDS_MAX = 64 };

/*
 * Runs `words` (NULL at the end; words[0] is the file, looked for in PATH when it has no slash) and takes what it
 * prints into `output`, which ends with a zero byte. Returns its exit status, or -1. Killed when it has not ended after
 * `seconds`.
 */
int child_run(const char *const *words, unsigned seconds, char output[CHILD_OUTPUT_MAX], struct error *error);

/* ": " and the last line that this child wrote on stderr, its control characters replaced; "" when there is none. */
const char *child_complaint(void);

/* One line of the guest's `measure`: "NAME COUNT TICKS...". */
struct measured_line {
	const char *name;
	size_t name_length;
	double count; /* crossings in a sample */
	double *ticks;
	size_t tick_count;
};

/* Takes the line that begins at `text` apart; `ticks` has room for `room`. False: it is not such a line. */
bool measured_line_parse(const char *text, struct measured_line *line, double *ticks, size_t room);

#endif

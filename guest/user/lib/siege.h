/* SPDX-License-Identifier: MIT */
/*
 * Hostile processes, one after another, with a control process beside them: the common part of hostile, crashme and
 * syscrash.
 */
#ifndef USER_SIEGE_H
#define USER_SIEGE_H

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_SIGNALS = 128, TALLY_TEXT = 128 };

/* Counts of how processes ended. */
struct tally {
	unsigned exited, failed, ended_by_us; /* `failed`: exited with a status other than 0 */
	unsigned killed[TALLY_SIGNALS];	      /* indexed by signal number */
};

void tally_add(struct tally *tally, bool had_to_kill, int status);

/* Writes "SIGILL x3, SIGSEGV, no effect x2" into `text`; returns `text`. */
const char *tally_text(char text[static TALLY_TEXT], const struct tally *tally);

/*
 * Runs `act` with the seeds from `seed` on in `count` processes, kills those that take longer than `patience`
 * milliseconds, and reports by lib/report_case.h. Returns the exit status for main.
 */
int siege(const char *program, uint64_t seed, uint64_t count, unsigned patience, void (*act)(uint64_t seed));

#endif

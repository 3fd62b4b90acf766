/* SPDX-License-Identifier: MIT */
/*
 * Hostile processes, one after another, with a control process beside them: what hostile, crashme and
 * syscrash have in common.
 */
#ifndef USER_SIEGE_H
#define USER_SIEGE_H

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_SIGNALS = 128, TALLY_TEXT = 128 };

/* How a number of processes ended. */
struct tally {
	unsigned exited, failed, ended_by_us; /* `failed`: exited with a status other than 0 */
	unsigned killed[TALLY_SIGNALS];	      /* by signal */
};

void tally_add(struct tally *tally, bool had_to_kill, int status);

/* "SIGILL x3, SIGSEGV, no effect x2" into `text`; returns it. */
const char *tally_text(char text[static TALLY_TEXT], const struct tally *tally);

/*
 * Runs `act` with the seeds from `seed` on in `count` processes, ends those that take longer than
 * `patience` milliseconds, and reports. Returns the status for main.
 */
int siege(const char *program, uint64_t seed, uint64_t count, unsigned patience, void (*act)(uint64_t seed));

#endif

/* SPDX-License-Identifier: MIT */
/* Hostile processes, one after another, with a control process beside them. */
#include "lib/siege.h"

#include "lib/check.h"
#include "lib/control.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/process.h"
#include "lib/string.h"
#include "lib/syscalls.h"

void tally_add(struct tally *tally, bool had_to_kill, int status)
{
	if (had_to_kill)
		tally->ended_by_us++;
	else if (signal_of(status))
		tally->killed[signal_of(status)]++;
	else if (exit_status_of(status))
		tally->failed++;
	else
		tally->exited++;
}

static void append(char text[static TALLY_TEXT], const char *what, unsigned count)
{
	size_t length = strlen(text);
	const char *comma = length ? ", " : "";

	if (count == 1)
		snprintf(text + length, TALLY_TEXT - length, "%s%s", comma, what);
	else if (count)
		snprintf(text + length, TALLY_TEXT - length, "%s%s x%u", comma, what, count);
}

const char *tally_text(char text[static TALLY_TEXT], const struct tally *tally)
{
	text[0] = 0;
	for (int signal = 1; signal < TALLY_SIGNALS; signal++)
		append(text, signal_name(signal), tally->killed[signal]);
	append(text, "no effect", tally->exited);
	append(text, "exit status not 0", tally->failed);
	append(text, "ended by us", tally->ended_by_us);
	return text;
}

int siege(const char *program, uint64_t seed, uint64_t count, unsigned patience, void (*act)(uint64_t seed))
{
	struct tally tally = {0};
	int control = control_start();

	for (uint64_t i = 0; i < count; i++) {
		int status = 0, pid = fork();

		if (pid == 0) {
			act(seed + i);
			exit_group(0);
		}
		if (pid < 0) {
			check(false, "fork for seed %lu: %s", seed + i, error_name(pid));
			break;
		}
		bool had_to_kill = wait_or_kill(pid, patience, &status);

		tally_add(&tally, had_to_kill, status);
	}
	printf("%s: seed %lu, %lu processes: %s\n", program, seed, count, tally_text((char[TALLY_TEXT]){0}, &tally));
	control_check(control);
	return check_summary(program);
}

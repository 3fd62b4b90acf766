/* SPDX-License-Identifier: MIT */
/* Runs hostile processes, one after another, with a control process beside them. */
#include "lib/siege.h"

#include "lib/children.h"
#include "lib/errors.h"
#include "lib/inventory.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"
#include "lib/witness.h"

enum { NS_PER_MS = 1000000 };

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

/* Makes the kernel allocate what it keeps after first use, so that these pages do not count as lost. */
static void use_everything_once(void)
{
	int ends[2], directory = open("/", O_RDONLY, 0);

	close(directory);
	if (pipe(ends) == 0) {
		close(ends[0]);
		close(ends[1]);
	}
	control_check(control_start());
}

/* Runs one process. False: fork failed. */
static bool run_one(struct tally *tally, uint64_t seed, unsigned patience, void (*act)(uint64_t seed))
{
	int status = 0, pid = fork();

	if (pid == 0) {
		act(seed);
		exit_group(0);
	}
	if (pid < 0)
		return check(false, "fork for seed %lu: %s", seed, error_name(pid));
	bool had_to_kill = wait_or_kill(pid, patience, &status);

	tally_add(tally, had_to_kill, status);
	return true;
}

int siege(const char *program, uint64_t seed, uint64_t count, unsigned patience, void (*act)(uint64_t seed))
{
	struct tally tally = {0};

	use_everything_once();
	struct inventory before = inventory_now();
	int control = control_start();
	uint64_t longest = 0, longest_seed = seed;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t start = monotonic_nanoseconds();

		if (!run_one(&tally, seed + i, patience, act))
			break;
		uint64_t took = monotonic_nanoseconds() - start;

		if (took > longest) {
			longest = took;
			longest_seed = seed + i;
		}
	}
	printf("%s: seed %lu, %lu processes: %s\n", program, seed, count, tally_text((char[TALLY_TEXT]){0}, &tally));
	printf("%s: the longest took %lu ms, seed %lu\n", program, longest / NS_PER_MS, longest_seed);
	control_check(control);
	struct inventory after = inventory_settled(before.processes);

	check(before.pages == after.pages && before.processes == after.processes,
	      "seeds %lu to %lu: %lu pages were free, now %lu; %lu processes, now %lu", seed, seed + count - 1,
	      before.pages, after.pages, before.processes, after.processes);
	return check_summary(program);
}

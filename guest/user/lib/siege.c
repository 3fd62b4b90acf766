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

struct plan {
	const char *program;
	uint64_t seed, count;
	unsigned patience;
	void (*act)(uint64_t seed);
};

/* Runs all processes and says how they ended. False: a fork failed. */
static bool attack(const struct plan *plan)
{
	struct tally tally = {0};
	uint64_t longest = 0, longest_seed = plan->seed;

	for (uint64_t seed = plan->seed; seed < plan->seed + plan->count; seed++) {
		uint64_t start = monotonic_nanoseconds();

		if (!run_one(&tally, seed, plan->patience, plan->act))
			return false;
		uint64_t took = monotonic_nanoseconds() - start;

		if (took > longest) {
			longest = took;
			longest_seed = seed;
		}
	}
	printf("%s: seed %lu, %lu processes: %s\n", plan->program, plan->seed, plan->count,
	       tally_text((char[TALLY_TEXT]){0}, &tally));
	printf("%s: the longest took %lu ms, seed %lu\n", plan->program, longest / NS_PER_MS, longest_seed);
	return true;
}

/*
 * Attacks from a child, so that pages of its program and its stack that the attack is the first to touch are the
 * child's: which these are depends on the compiler. NULL: the child ends at once.
 */
static bool attack_from_child(const struct plan *plan)
{
	int status = 0, pid = fork();

	if (pid == 0)
		exit_group(plan == NULL || attack(plan) ? 0 : 1);
	return pid > 0 && wait4(pid, &status, 0, NULL) == pid && status == 0;
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
	attack_from_child(NULL);
	inventory_settled(inventory_now().processes);
}

int siege(const char *program, uint64_t seed, uint64_t count, unsigned patience, void (*act)(uint64_t seed))
{
	const struct plan plan = {program, seed, count, patience, act};

	use_everything_once();
	struct inventory before = inventory_now();
	int control = control_start();
	bool attacked = attack_from_child(&plan);

	control_check(control);
	struct inventory after = inventory_settled(before.processes);

	check(attacked && before.pages == after.pages && before.processes == after.processes,
	      "seeds %lu to %lu: %lu pages were free, now %lu; %lu processes, now %lu", seed, seed + count - 1,
	      before.pages, after.pages, before.processes, after.processes);
	return check_summary(program);
}

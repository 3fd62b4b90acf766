/* SPDX-License-Identifier: MIT */
/*
 * Does every deed of lib/deeds.h, each in a process of its own, and checks what became of it. A control process
 * runs beside them all and must notice nothing.
 *   hostile [DEED...]   exit status: the deeds that did not end as they should
 */
#include "lib/arguments.h"
#include "lib/check.h"
#include "lib/control.h"
#include "lib/deeds.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/process.h"
#include "lib/siege.h"
#include "lib/string.h"
#include "lib/syscalls.h"

enum { PATIENCE_MS = 20000, LOOP_PATIENCE_MS = 100 };

static bool is_good(enum outcome expected, bool had_to_kill, int status)
{
	if (had_to_kill)
		return expected == LOOPS;
	if (signal_of(status))
		return expected == DIES || expected == EITHER;
	return exit_status_of(status) == 0 && (expected == LIVES || expected == EITHER);
}

static bool run(const struct deed *deed, uint64_t argument, struct tally *tally)
{
	int status = 0, pid = fork();

	if (pid == 0) {
		deed->act(argument);
		exit_group(still_unprivileged() ? 0 : 1);
	}
	if (pid < 0) {
		printf("hostile: fork: %s\n", error_name(pid));
		return false;
	}
	bool had_to_kill = wait_or_kill(pid, deed->expected == LOOPS ? LOOP_PATIENCE_MS : PATIENCE_MS, &status);
	bool good = is_good(deed->expected, had_to_kill, status);

	tally_add(tally, had_to_kill, status);
	if (!good)
		printf("hostile: %s 0x%lx: %s\n", deed->name, argument, end_text((char[END_TEXT]){0}, status));
	return good;
}

static void do_deed(const struct deed *deed)
{
	size_t runs = deed_runs(deed), good = 0;
	struct tally tally = {0};

	for (size_t i = 0; i < runs; i++)
		good += run(deed, deed_argument(deed, i), &tally);
	check(good == runs, "%-18s %s", deed->name, tally_text((char[TALLY_TEXT]){0}, &tally));
}

static int do_named(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const struct deed *deed = deed_named(argv[i]);

		if (!deed) {
			dprintf(STDERR, "hostile: %s: no such deed; `rogue list` names them\n", argv[i]);
			return STATUS_USAGE;
		}
		do_deed(deed);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct deed *deed;
	int control = control_start(), error = 0;

	if (argc > 1)
		error = do_named(argc, argv);
	for (size_t i = 0; argc == 1 && (deed = deed_at(i)); i++)
		do_deed(deed);
	control_check(control);
	return error ? error : check_summary("hostile");
}

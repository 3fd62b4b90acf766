/* SPDX-License-Identifier: MIT */
/*
 * Does every deed of lib/deeds.h, each in a process of its own, and checks how that process ended. A control process
 * (lib/witness.h) runs beside all of them and must not be disturbed.
 *   hostile [DEED | PART/PARTS]...   2/4: every fourth deed from the second on; without arguments: every deed
 * Exit status: the number of failed checks, at most 100.
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/deeds.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/siege.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"
#include "lib/witness.h"

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

static void do_part(uint64_t part, uint64_t parts)
{
	const struct deed *deed;

	for (size_t i = part - 1; (deed = deed_at(i)); i += parts)
		do_deed(deed);
}

/* Parses PART/PARTS, where 1 <= PART <= PARTS. */
static bool is_part(const char *word, uint64_t *part, uint64_t *parts)
{
	char first[8] = {0};
	size_t length = 0;

	while (length < sizeof(first) - 1 && word[length] != '\0' && word[length] != '/') {
		first[length] = word[length];
		length++;
	}
	return word[length] == '/' && parse_number(first, part) && parse_number(word + length + 1, parts) &&
	       *part > 0 && *part <= *parts;
}

static int do_chosen(const char *word)
{
	const struct deed *deed = deed_named(word);
	uint64_t part, parts;

	if (deed) {
		do_deed(deed);
	} else if (is_part(word, &part, &parts)) {
		do_part(part, parts);
	} else {
		dprintf(STDERR, "hostile: %s: no such deed; `rogue list` names them\n", word);
		return STATUS_USAGE;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int control = control_start(), error = 0;

	if (argc == 1)
		do_part(1, 1);
	for (int i = 1; i < argc && !error; i++)
		error = do_chosen(argv[i]);
	control_check(control);
	return error ? error : check_summary("hostile");
}

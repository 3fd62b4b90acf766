/* SPDX-License-Identifier: MIT */
/*
 * Does one deed of lib/deeds.h: something that a process must not be able to do.
 *   rogue [DEED [ARGUMENT]]   without arguments: cli
 *   rogue list                lists the deeds
 */
#include "lib/arguments.h"
#include "lib/deeds.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

static int list(void)
{
	const struct deed *deed;

	for (size_t i = 0; (deed = deed_at(i)); i++)
		printf("%-18s %s\n", deed->name, deed->what);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "cli";
	const struct deed *deed = deed_named(name);

	if (!strcmp(name, "list"))
		return list();
	if (!deed) {
		dprintf(STDERR, "rogue: %s: no such deed; `rogue list` names them\n", name);
		return STATUS_USAGE;
	}
	deed->act(number_argument(argc, argv, 2, deed_argument(deed, 0)));
	bool limited = still_unprivileged();

	printf("rogue: %s %s\n", name, limited ? "had no effect" : "is done, and nobody hindered it");
	return limited ? 0 : 1;
}

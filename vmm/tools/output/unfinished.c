/* SPDX-License-Identifier: MIT */
#include "tools/output/unfinished.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const char *volatile paths[UNFINISHED_MAX];
static volatile sig_atomic_t count;

static void remove_all(int number)
{
	for (int i = count - 1; i >= 0; i--)
		if (unlink(paths[i]) < 0)
			rmdir(paths[i]);
	raise(number); /* with its default action, after the handler's one call */
}

static void catch_signals(void)
{
	const struct sigaction action = {.sa_handler = remove_all, .sa_flags = (int)SA_RESETHAND};
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction before;
		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void unfinished_add(const char *path)
{
	if (count == UNFINISHED_MAX)
		return;
	paths[count] = path;
	count++;
	catch_signals();
}

void unfinished_clear(void)
{
	count = 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Sends itself N signals (at most 31), each to a handler that does nothing: N deliveries and N returns from handlers.
 * With `pending` they are blocked, so that it is the sending alone.
 *   sigbench [N [pending]]
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/user_signals.h"

enum { FIRST = 33, LAST = 63 };

static void do_nothing(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
}

int main(int argc, char **argv)
{
	int last = FIRST - 1 + (int)number_argument(argc, argv, 1, 1), me = getpid();
	uint64_t mask = argc > 2 ? UINT64_MAX : 0;

	if (last > LAST)
		last = LAST;
	rt_sigprocmask(SIG_SETMASK, &mask, NULL, sizeof(mask));
	for (int signal = FIRST; signal <= LAST; signal++)
		handle_signal(signal, do_nothing, 0, 0);
	for (int signal = FIRST; signal <= last; signal++)
		kill(me, signal);
	return 0;
}

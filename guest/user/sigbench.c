/* SPDX-License-Identifier: MIT */
/*
 * Sends itself N signals, each to a handler that does nothing: N deliveries and N returns from handlers, no more.
 *   sigbench [N]
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/user_signals.h"

static void do_nothing(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
}

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 1);
	int me = getpid();

	handle_signal(SIGUSR1, do_nothing, 0, 0);
	while (count-- > 0)
		kill(me, SIGUSR1);
	return 0;
}

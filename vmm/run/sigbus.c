/* SPDX-License-Identifier: MIT */
/* The handler of SIGBUS: see sigbus.h. */
#include "run/sigbus.h"

#include <signal.h>
#include <stddef.h>

#include "host/raw_terminal.h"

static struct trace_writer *traced;
static struct sigaction before;

/*
 * Returning makes the access again. With the action from before it then has the end that it would have had; but another
 * process's SIGBUS (si_code of at most 0) has no access that could be made again.
 */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code > 0 && trace_writer_take_fault(traced, info->si_addr))
		return;
	raw_terminal_give_back();
	sigaction(number, &before, NULL);
	if (info->si_code <= 0)
		raise(number);
}

void sigbus_start(struct trace_writer *writer)
{
	const struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
	sigset_t number;

	traced = writer;
	sigaction(SIGBUS, &action, &before);
	sigemptyset(&number);
	sigaddset(&number, SIGBUS);
	sigprocmask(SIG_UNBLOCK, &number, NULL); /* the parent process may have blocked it */
}

/* SPDX-License-Identifier: MIT */
/* Setting handlers of signals and masks. */
#include "lib/user_signals.h"

int handle_signal(int signal, signal_handler *handler, unsigned long flags, uint64_t mask)
{
	/* The stub of the system call is what a handler returns to: it needs nothing on the stack but the frame. */
	struct sigaction action = {(void *)handler, flags | SA_SIGINFO | SA_RESTORER, (void *)rt_sigreturn, mask};

	return rt_sigaction(signal, &action, NULL, sizeof(action.mask));
}

int set_signal(int signal, void *action)
{
	return rt_sigaction(signal, &(struct sigaction){.handler = action}, NULL, sizeof(uint64_t));
}

void block_signal(int signal)
{
	rt_sigprocmask(SIG_BLOCK, &(uint64_t){SIGNAL_MASK(signal)}, NULL, sizeof(uint64_t));
}

void unblock_signal(int signal)
{
	rt_sigprocmask(SIG_UNBLOCK, &(uint64_t){SIGNAL_MASK(signal)}, NULL, sizeof(uint64_t));
}

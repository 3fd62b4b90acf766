/* SPDX-License-Identifier: MIT */
/* Switches the terminal between its own and raw settings, also in signal handlers: see raw_terminal.h. */
#include "host/raw_terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/array.h"

/* Without SIGBUS, which run/sigbus.c handles. */
static const int fatal_signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGABRT};

static bool taken; /* the terminal has the settings `raw`, except while this process is stopped */
static struct termios before, raw;

static bool in_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

void raw_terminal_give_back(void)
{
	if (taken)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	taken = false;
}

static void on_fatal_signal(int signal)
{
	raw_terminal_give_back();
	raise(signal); /* SA_RESETHAND has restored the default action, so this kills the process */
}

/* SIGTSTP: restores the terminal before the process stops. */
static void on_stop(int signal)
{
	const int error = errno;

	(void)signal;
	if (taken && in_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	raise(SIGSTOP);
	errno = error;
}

/*
 * SIGCONT: the shell has used its own settings while this process was stopped, so they become raw again; but only in
 * the foreground, because in the background tcsetattr() would stop the process again.
 */
static void on_continue(int signal)
{
	const int error = errno;

	(void)signal;
	if (taken && in_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	errno = error;
}

static void handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigaction(signal, &action, NULL);
}

bool raw_terminal_take(void)
{
	if (tcgetattr(STDIN_FILENO, &before) < 0 || !in_foreground())
		return false;
	for (unsigned i = 0; i < COUNT(fatal_signals); i++)
		handle(fatal_signals[i], on_fatal_signal, (int)SA_RESETHAND);
	handle(SIGTSTP, on_stop, SA_RESTART);
	handle(SIGCONT, on_continue, SA_RESTART);
	atexit(raw_terminal_give_back);

	raw = before;
	raw.c_iflag &= ~(tcflag_t)(BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	taken = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	return taken;
}

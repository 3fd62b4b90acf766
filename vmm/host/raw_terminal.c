/* SPDX-License-Identifier: MIT */
/* Switches the terminal between its own and raw settings, also in signal handlers: see raw_terminal.h. */
#include "host/raw_terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/array.h"

/* What does not end a process that has no handler for it, or cannot be handled (signal(7)). */
static const int harmless[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL, SIGSTOP};

static volatile sig_atomic_t taken;   /* `before` has the settings of a terminal that is the guest's */
static volatile sig_atomic_t is_over; /* given back; the thread that reads may still run */
static volatile sig_atomic_t is_raw;  /* the terminal has the settings `raw`, as far as this process knows */
static struct termios before, raw;

static bool in_foreground(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void restore(void)
{
	/* In the background tcsetattr() would stop this process, and the settings are those of another already. */
	if (taken && in_foreground())
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	is_raw = false;
}

void raw_terminal_give_back(void)
{
	is_over = true;
	restore();
	taken = false;
}

static void make_raw(void)
{
	if (!taken) {
		if (tcgetattr(STDIN_FILENO, &before) < 0)
			return;
		raw = before;
		raw.c_iflag &= ~(tcflag_t)(BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		taken = true;
	}
	is_raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	if (is_over) /* since just now */
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

bool raw_terminal_is_lent(void)
{
	if (tcgetpgrp(STDIN_FILENO) < 0)
		return false; /* it is gone; reading tells */
	if (!in_foreground()) {
		is_raw = false;
		return true;
	}
	if (!is_raw && !is_over)
		make_raw();
	return false;
}

static void on_fatal_signal(int signal)
{
	raw_terminal_give_back();
	raise(signal); /* SA_RESETHAND has restored the default action, so this kills the process */
}

static void handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	raw_terminal_signals(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

/* SIGTSTP: restores the terminal, and does what the signal does by default, which is nothing in an orphaned group. */
static void on_stop(int signal)
{
	const int error = errno;
	sigset_t stop;

	restore();
	handle(signal, SIG_DFL, 0);
	sigemptyset(&stop);
	sigaddset(&stop, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	handle(signal, on_stop, 0);
	errno = error;
}

/* SIGCONT: the shell has used its own settings while this process was stopped. */
static void on_continue(int signal)
{
	const int error = errno;

	(void)signal;
	is_raw = false;
	raw_terminal_is_lent();
	errno = error;
}

void raw_terminal_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTSTP);
	sigaddset(signals, SIGCONT);
}

static bool is_default(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

static bool is_harmless(int signal)
{
	for (unsigned i = 0; i < COUNT(harmless); i++)
		if (harmless[i] == signal)
			return true;
	return false;
}

/* A signal that has a handler, or that the parent process had ignored, stays as it is. */
static void handle_signals(void)
{
	for (int signal = 1; signal <= SIGRTMAX; signal++)
		if (!is_harmless(signal) && is_default(signal))
			handle(signal, on_fatal_signal, (int)SA_RESETHAND);
	if (is_default(SIGTSTP))
		handle(SIGTSTP, on_stop, 0);
	handle(SIGCONT, on_continue, 0);
}

bool raw_terminal_take(void)
{
	if (tcgetpgrp(STDIN_FILENO) < 0)
		return false;
	is_over = false;
	handle_signals();
	atexit(raw_terminal_give_back);
	return raw_terminal_is_lent() || is_raw;
}

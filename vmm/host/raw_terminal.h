/* SPDX-License-Identifier: MIT */
/*
 * The host's terminal in raw mode while the guest reads it: byte by byte, without echo, and with ^C, ^Z and ^S as bytes
 * for the guest. The terminal's own settings are restored at exit, before a signal ends the process, and while it is
 * stopped. While the process is in the background the terminal is not touched. Called by host/input.c, and by
 * host/sandbox.c when it ends the process.
 */
#ifndef VMM_HOST_RAW_TERMINAL_H
#define VMM_HOST_RAW_TERMINAL_H

#include <signal.h>
#include <stdbool.h>

/*
 * Switches the terminal on stdin to raw mode; in the background, raw_terminal_is_lent() does it later. Installs
 * handlers for SIGTSTP, SIGCONT and each signal that would end the process and has no handler. Returns false when stdin
 * is not the terminal that controls this process.
 */
bool raw_terminal_take(void);

/*
 * Whether the terminal belongs to others now, because this process is in the background. If it does not, it is raw when
 * this returns. Called by the thread that reads the terminal, which alone handles raw_terminal_signals() too, so that
 * the modes are not switched by two at a time.
 */
bool raw_terminal_is_lent(void);

/* Stores the signals that stop this process and let it go on: SIGTSTP and SIGCONT. */
void raw_terminal_signals(sigset_t *signals);

/* Restores the settings from before raw_terminal_take(). Does nothing when the terminal is not taken. */
void raw_terminal_give_back(void);

#endif

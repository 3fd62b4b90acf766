/* SPDX-License-Identifier: MIT */
/*
 * The host's terminal in raw mode while the guest reads it: byte by byte, without echo, and with ^C, ^Z and ^S as bytes
 * for the guest. The terminal's own settings are restored at exit, on fatal signals, and while the VMM is stopped.
 * Called by host/input.c, and by
 * host/sandbox.c when it ends the process.
 */
#ifndef VMM_HOST_RAW_TERMINAL_H
#define VMM_HOST_RAW_TERMINAL_H

#include <stdbool.h>

/*
 * Switches the terminal on stdin to raw mode. Returns false when stdin is not a terminal, or when this process is in
 * the background and therefore may not change it.
 */
bool raw_terminal_take(void);

/* Restores the settings from before raw_terminal_take(). Does nothing when the terminal is not taken. */
void raw_terminal_give_back(void);

#endif

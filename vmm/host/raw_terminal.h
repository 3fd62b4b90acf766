/* SPDX-License-Identifier: MIT */
/*
 * The host's terminal while the guest reads it: byte by byte, without echo, and with ^C, ^Z and ^S as bytes for the
 * guest. It is as it was on every way out: at exit, on fatal signals, and while the VMM is stopped. host/input.c
 * takes it.
 */
#ifndef VMM_HOST_RAW_TERMINAL_H
#define VMM_HOST_RAW_TERMINAL_H

#include <stdbool.h>

/* Takes the terminal on stdin. False: stdin is none, or this process is in the background and must leave it alone. */
bool terminal_take(void);

void terminal_give_back(void);

#endif

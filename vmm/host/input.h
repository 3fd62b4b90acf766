/* SPDX-License-Identifier: MIT */
/*
 * The host's end of the guest's serial line: output to a console, input from stdin. Set up by run/run.c; the UART calls
 * the chardev. When the guest first looks for input, a thread begins to wait until stdin is readable, and ends at the
 * end of stdin; a file needs none, because reading it never waits. From a file or pipe only what the guest takes is
 * read. A terminal is from then on the guest's (host/raw_terminal.h): its keys are read as they are typed, ^C is a byte
 * for the guest, and ^A x ends the run.
 */
#ifndef VMM_HOST_INPUT_H
#define VMM_HOST_INPUT_H

#include "devices/chardev.h"
#include "host/console.h"

/* Fills in `chardev`, whose output goes to `console`. Called once per process, because there is one stdin. */
void input_start(struct chardev *chardev, struct console *console);

/* After input_start(): whether input may have to be waited for, so that the run needs the thread for input. */
bool input_waits(void);

/* Whether the guest has received everything up to the end of stdin. The vCPU is kicked when this becomes true. */
bool input_ended(void);

/* Restores the terminal's settings. exit() and fatal signals do so too. */
void input_stop(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The host's end of the guest's serial line: output to a console, input from stdin. A thread that waits
 * for stdin to become readable is started when the guest first wants to know; until then, and where stdin
 * is at its end, there is none. Nothing is read before the guest takes it, but for a terminal's keys: from
 * then on they are all the guest's, ^C too, and ^A x ends the run.
 */
#ifndef VMM_HOST_INPUT_H
#define VMM_HOST_INPUT_H

#include "devices/uart.h"
#include "host/console.h"

/* Fills in `chardev`. One per process: there is one stdin. */
void input_start(struct chardev *chardev, struct console *console);

/* Whether stdin is at its end and all of it has been received. The vCPU thread is kicked when that is so. */
bool input_ended(void);

/* Gives the terminal back as it was. Also done at exit and on fatal signals. */
void input_stop(void);

#endif

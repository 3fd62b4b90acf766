/* SPDX-License-Identifier: MIT */
/* The place for the scheduler's pause: a pointer, because memory pauses, too, and the scheduler is built upon memory.
 */
#include "kernel/schedule/pause.h"

static bool no_pause(void)
{
	return false;
}

bool (*schedule_pause)(void) = no_pause;

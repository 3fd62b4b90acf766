/* SPDX-License-Identifier: MIT */
/* break=STEP leaves out one step of the protocol, so that one can see what the step is for (docs/ostep.md). */
#ifndef GUEST_KERNEL_LESSONS_BREAK_STEP_H
#define GUEST_KERNEL_LESSONS_BREAK_STEP_H

#include "kernel/boot/kernel_options.h"

/* Leaves out a step. lessons_begin calls this once, when all is set up and nothing runs. */
void break_step(enum broken step);

#endif

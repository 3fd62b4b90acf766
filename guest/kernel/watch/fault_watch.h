/* SPDX-License-Identifier: MIT */
/*
 * What events say of an exception besides its vector: the error code, the address of a page fault, and where the page
 * came from. The trap path calls these around the handler, only with tracing. What the handler did is seen in the page
 * tables, so that it costs nothing without tracing.
 */
#ifndef GUEST_KERNEL_WATCH_FAULT_WATCH_H
#define GUEST_KERNEL_WATCH_FAULT_WATCH_H

#include "kernel/trap/frame.h"

struct fault {
	bool of_page;	  /* a page fault of the current process */
	uint64_t address; /* CR2 */
	uint64_t entry;	  /* the page's lowest-level entry before the handler; 0 = none */
};

struct fault fault_begins(const struct trap_frame *frame);
void fault_ends(const struct fault *fault);

#endif

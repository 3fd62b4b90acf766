/* SPDX-License-Identifier: MIT */
/* What a record says of the ring the vCPU is in: one reading for printers, sums and exporters. */
#ifndef VMM_TEXT_CPL_H
#define VMM_TEXT_CPL_H

#include <stdbool.h>
#include <stdint.h>

#include "record/record.h"
#include "ringside/device.h"
#include "text/place.h"

/* The ring a record leaves the vCPU in. Events are the kernel's words, so all but the return to a process mean ring 0.
 */
static inline unsigned record_cpl(const union record *record)
{
	const struct event_record *event = &record->event;

	if (!record_is_event(record))
		return exit_cpl(&record->exit);
	bool to_process =
		event->kind == RECORD_EVENT + RINGSIDE_EVENT_RETURN && event->pid != 0 && !is_kernel_half(event->a);
	return to_process ? CPL_USER : CPL_KERNEL;
}

/* The kernel rings the doorbell right after it wrote an event, whose CPL it has yet to change to. */
static inline bool record_is_doorbell(const union record *record)
{
	return record->exit.kind == RINGSIDE_EXIT_IO &&
	       (uint16_t)record->exit.address == RINGSIDE_PORT + RINGSIDE_REG_DOORBELL;
}

#endif

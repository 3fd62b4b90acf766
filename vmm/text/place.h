/* SPDX-License-Identifier: MIT */
/*
 * Where a record was made: at which CPL, in the code of which image, and the name of the address. Printers, exporters
 * and statistics all use these functions, so that they interpret a record in the same way.
 */
#ifndef VMM_TEXT_PLACE_H
#define VMM_TEXT_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/layout.h"
#include "record/record.h"
#include "ringside/device.h"
#include "symbols/symbols.h"

static inline bool is_kernel_half(uint64_t address)
{
	return address >> 63 != 0;
}

/*
 * The CPL after a record. The guest's kernel writes events, so the CPL after an event is 0, except after a RETURN to a
 * process. Not for the VMM's own events, which change nothing.
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

/* Whether an event is about the process that has the CPU: transitions and switches are, others may be about another. */
static inline bool event_is_of_runner(const struct event_record *event)
{
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_RETURN:
	case RINGSIDE_EVENT_CALL_MAIN:
	case RINGSIDE_EVENT_SERVICE:
	case RINGSIDE_EVENT_MAIN_RETURN:
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_EXCEPTION:
	case RINGSIDE_EVENT_INTERRUPT:
	case RINGSIDE_EVENT_RESTORE:
		return true;
	default:
		return false;
	}
}

/*
 * Whether a record is the exit of a write to DOORBELL. The kernel writes DOORBELL after it has written an event and
 * before what the event reports (a return to ring 3, say), so the CPL of that exit is not a change of the CPL.
 */
static inline bool record_is_doorbell(const union record *record)
{
	return record->exit.kind == RINGSIDE_EXIT_IO &&
	       (uint16_t)record->exit.address == RINGSIDE_PORT + RINGSIDE_REG_DOORBELL;
}

/* Whether a record is the VMM's event about a time in which its thread did not run; `a` is how long. */
static inline bool record_is_absence(const union record *record)
{
	const unsigned event = record->event.kind - RECORD_EVENT;

	return record_is_event(record) && (event == RINGSIDE_EVENT_HOST_TOOK || event == RINGSIDE_EVENT_HOST_BLOCK ||
					   event == RINGSIDE_EVENT_HOST_HALT);
}

/*
 * The image in the symbols that an address belongs to. `program` is the image of the process that used the address; <=
 * 0 = unknown. `user`: the address was used at CPL 3, so it is no address of the kernel, even if the program is unknown
 * and the kernel is linked at the same addresses.
 */
static inline int place_image(int program, bool user, uint64_t address)
{
	if (is_kernel_half(address))
		return IMAGE_KERNEL;
	if (program > 0)
		return program;
	return user ? IMAGE_UNKNOWN : IMAGE_KERNEL;
}

/*
 * Appends "name+0x12". Appends nothing and returns false when the address has no name. `symbols` may be NULL, and
 * `image` may be IMAGE_UNKNOWN.
 */
bool place_put_symbol(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

/* Appends "name+0x12 (program)" without what is unknown. Appends nothing and returns false when both are unknown. */
bool place_put(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

#endif

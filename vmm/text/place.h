/* SPDX-License-Identifier: MIT */
/*
 * Where a record happened: in which ring, in whose code, and what the address is called. Asked by printers, exporters
 * and whatever adds up records, so that all of them read a record alike.
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

/* The ring a record leaves the vCPU in. The kernel writes events, so all but a return to a process mean ring 0. */
static inline unsigned record_cpl(const union record *record)
{
	const struct event_record *event = &record->event;

	if (!record_is_event(record))
		return exit_cpl(&record->exit);
	bool to_process =
		event->kind == RECORD_EVENT + RINGSIDE_EVENT_RETURN && event->pid != 0 && !is_kernel_half(event->a);
	return to_process ? CPL_USER : CPL_KERNEL;
}

/* Whether the exit is the kernel's doorbell, rung after an event was written but before the CPL that it tells of. */
static inline bool record_is_doorbell(const union record *record)
{
	return record->exit.kind == RINGSIDE_EXIT_IO &&
	       (uint16_t)record->exit.address == RINGSIDE_PORT + RINGSIDE_REG_DOORBELL;
}

/*
 * The image in the symbols that an address belongs to. `program` is the image of the process that used the address,
 * <= 0 when that is not known. `user` says that it was used at CPL 3: such an address is never taken for one of the
 * kernel's, even when the program is not known and the kernel is linked in the same place.
 */
static inline int place_image(int program, bool user, uint64_t address)
{
	if (is_kernel_half(address))
		return IMAGE_KERNEL;
	if (program > 0)
		return program;
	return user ? IMAGE_UNKNOWN : IMAGE_KERNEL;
}

/* Puts "name+0x12"; nothing, and false, when the address has no name. `symbols` may be NULL, `image` IMAGE_UNKNOWN. */
bool place_put_symbol(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

/* Puts "name+0x12 (program)", without the part that is not known; nothing, and false, when neither is. */
bool place_put(struct layout *line, const struct symbols *symbols, int image, uint64_t address);

#endif

/* SPDX-License-Identifier: MIT */
/* The events FAULT and PAGE: see fault_watch.h. */
#include "kernel/watch/fault_watch.h"

#include "kernel/devices/instructions.h"
#include "kernel/process/process_list.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

#define ERROR_CODE_BIT(vector, mnemonic, name, dpl, error, signal) | ((error) ? 1UL << ((vector) % 64) : 0)
static const uint64_t error_codes = 0 RINGSIDE_TRAPS(ERROR_CODE_BIT);

static uint64_t entry_of(uint64_t address)
{
	const uint64_t *entry = space_entry(&current->space, address);

	return entry == NULL ? 0 : *entry;
}

struct fault fault_begins(const struct trap_frame *frame)
{
	struct fault fault = {.of_page = frame->vector == RINGSIDE_TRAP_PF && from_process(frame)};

	if (!(error_codes >> frame->vector & 1))
		return fault;
	if (frame->vector == RINGSIDE_TRAP_PF)
		fault.address = read_cr2();
	event_put(RINGSIDE_EVENT_FAULT, current->pid, fault.address, frame->error);
	fault.of_page = fault.of_page && fault.address < USER_END;
	if (fault.of_page)
		fault.entry = entry_of(fault.address);
	return fault;
}

static enum ringside_page_deed fresh(uint64_t page)
{
	const struct region *region = region_at(&current->space, page);

	if (region == NULL)
		return RINGSIDE_PAGE_ZERO;
	if (region->file != 0 && page < region->address + region->file && region->address < page + PAGE_SIZE)
		return RINGSIDE_PAGE_FILE;
	return region->end == USER_STACK_TOP ? RINGSIDE_PAGE_STACK : RINGSIDE_PAGE_ZERO;
}

void fault_ends(const struct fault *fault)
{
	if (!fault->of_page)
		return;
	uint64_t before = fault->entry, entry = entry_of(fault->address);
	enum ringside_page_deed did = before == 0			 ? fresh(fault->address & ~(PAGE_SIZE - 1))
				      : ((before ^ entry) & PTE_ADDRESS) ? RINGSIDE_PAGE_COPY
				      : ((before ^ entry) & PTE_WRITE)	 ? RINGSIDE_PAGE_OWN
									 : RINGSIDE_PAGE_THERE;

	/* Without a page there is a signal, which tells of itself. So there is if the page is there but not allowed. */
	if (entry != 0 && !(did == RINGSIDE_PAGE_THERE && current->signals.at_return))
		event_put(RINGSIDE_EVENT_PAGE, current->pid, entry & PTE_ADDRESS, did);
}

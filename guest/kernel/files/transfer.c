/* SPDX-License-Identifier: MIT */
/*
 * Copying page by page, so that what was copied before an error is known exactly. Pages that follow each other mostly
 * have entries that follow each other in a page table, so there is a walk for the first page only.
 */
#include "kernel/files/transfer.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"

enum { TABLE_BYTES = 4096 };

/*
 * Where the kernel can touch the page of the next byte; NULL with the reason in transfer->error. A page that is missing
 * or shared comes in, or is copied, as for the process's own access.
 */
static ALWAYS_INLINE char *reach(struct transfer *transfer, unsigned access)
{
	uint64_t wanted = PTE_PRESENT | PTE_PROCESS | (access == REGION_WRITE ? PTE_WRITE : 0);

	if (transfer->address >= USER_END) {
		transfer->error = -EFAULT;
		return NULL;
	}
	if (transfer->entry == NULL)
		transfer->entry = space_entry(&current->space, transfer->address);
	if (transfer->entry == NULL || (*transfer->entry & wanted) != wanted) {
		transfer->error = space_fault(&current->space, transfer->address, access);
		if (transfer->error != 0)
			return NULL;
		transfer->entry = space_entry(&current->space, transfer->address);
	}
	return (char *)direct(*transfer->entry & PTE_ADDRESS) + transfer->address % PAGE_SIZE;
}

/* Copies in the direction that `access` to the user's page says. */
static ALWAYS_INLINE uint64_t move(struct transfer *transfer, char *bytes, uint64_t size, unsigned access)
{
	uint64_t done = 0;

	transfer->error = 0;
	while (done < size) {
		uint64_t rest = PAGE_SIZE - transfer->address % PAGE_SIZE;
		uint64_t part = size - done < rest ? size - done : rest;
		char *user = reach(transfer, access);
		if (user == NULL)
			break;
		if (access == REGION_WRITE)
			memcpy(user, bytes + done, part);
		else
			memcpy(bytes + done, user, part);
		done += part;
		transfer->address += part;
		if (part == rest && (uintptr_t)++transfer->entry % TABLE_BYTES == 0)
			transfer->entry = NULL;
	}
	return done;
}

uint64_t transfer_to_user(struct transfer *transfer, const void *from, uint64_t size)
{
	return move(transfer, (char *)(uintptr_t)from, size, REGION_WRITE);
}

uint64_t transfer_from_user(struct transfer *transfer, void *to, uint64_t size)
{
	return move(transfer, to, size, REGION_READ);
}

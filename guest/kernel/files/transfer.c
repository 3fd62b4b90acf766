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
 * Brings the page of the next byte in, or copies a shared one, as the process's own access would. False with the reason
 * in transfer->error.
 */
static ALWAYS_INLINE bool reach(struct transfer *transfer, unsigned access)
{
	uint64_t wanted = PTE_PRESENT | PTE_PROCESS | (access == REGION_WRITE ? PTE_WRITE : 0);

	if (transfer->address >= USER_END) {
		transfer->error = -EFAULT;
		return false;
	}
	if (transfer->entry == NULL)
		transfer->entry = space_entry(&current->space, transfer->address);
	if (transfer->entry == NULL || (*transfer->entry & wanted) != wanted) {
		transfer->error = space_fault(&current->space, transfer->address, access);
		if (transfer->error != 0)
			return false;
		transfer->entry = space_entry(&current->space, transfer->address);
	}
	return true;
}

/* Where the kernel can touch the page that reach has found. */
static ALWAYS_INLINE char *user_page(const struct transfer *transfer)
{
	return direct(*transfer->entry & PTE_ADDRESS);
}

/* Goes on to the next page. */
static ALWAYS_INLINE void next_page(struct transfer *transfer)
{
	if ((uintptr_t)++transfer->entry % TABLE_BYTES == 0)
		transfer->entry = NULL;
}

/* Copies in the direction that `access` to the user's page says. */
static ALWAYS_INLINE uint64_t move(struct transfer *transfer, char *bytes, uint64_t size, unsigned access)
{
	uint64_t done = 0;

	while (done < size) {
		uint64_t rest = PAGE_SIZE - transfer->address % PAGE_SIZE;
		uint64_t part = size - done < rest ? size - done : rest;
		if (!reach(transfer, access))
			break;
		char *user = user_page(transfer) + transfer->address % PAGE_SIZE;
		char *to = access == REGION_WRITE ? user : bytes + done;
		const char *from = access == REGION_WRITE ? bytes + done : user;
		if (part == PAGE_SIZE)
			copy_page(to, from);
		else
			memcpy(to, from, part);
		done += part;
		transfer->address += part;
		if (part == rest)
			next_page(transfer);
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

bool transfer_exchange(struct transfer *transfer, char **page)
{
	/* A page that the process may write is no other's: fork and copy-on-write see to that. */
	if (transfer->address % PAGE_SIZE != 0 || !reach(transfer, REGION_WRITE))
		return false;
	char *user = user_page(transfer);
	*transfer->entry = (*transfer->entry & ~PTE_ADDRESS) | physical(*page);
	*page = user;
	transfer->exchanged = true;
	transfer->address += PAGE_SIZE;
	next_page(transfer);
	return true;
}

void transfer_end(const struct transfer *transfer)
{
	if (transfer->exchanged)
		space_flush(&current->space);
}

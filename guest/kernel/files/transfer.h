/* SPDX-License-Identifier: MIT */
/*
 * Copies between files and user memory that go as far as they can: read(2) and write(2) tell how many bytes were moved
 * before the first page that cannot be reached. The kinds of files call these.
 */
#ifndef GUEST_KERNEL_FILES_TRANSFER_H
#define GUEST_KERNEL_FILES_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

/* Where a copy that is made in pieces has come to. It must not be kept while another process may run. */
struct transfer {
	uint64_t address; /* of user memory, of the next byte */
	uint64_t *entry;  /* the page-table entry of its page; NULL: not known */
	int error;	  /* 0, or why the last piece was cut: -EFAULT or -ENOMEM; then the transfer is over */
	bool exchanged;	  /* a page was exchanged, so the CPU may have stale translations */
};

static inline struct transfer transfer_at(uint64_t address)
{
	return (struct transfer){.address = address};
}

/* Copy the next `size` bytes to, or from, the current process's memory. How many were copied. */
uint64_t transfer_to_user(struct transfer *transfer, const void *from, uint64_t size);
uint64_t transfer_from_user(struct transfer *transfer, void *to, uint64_t size);

/*
 * Moves a whole page of bytes to the current process's memory without copying them: the process gets *page, a page that
 * the kernel owns alone, and the kernel gets the process's page. False, and nothing is done, if the next byte is not
 * the first of a page. When a transfer with exchanges is over, transfer_end must be called.
 */
bool transfer_exchange(struct transfer *transfer, char **page);
void transfer_end(const struct transfer *transfer);

/* The same in one piece. *error becomes 0, or why fewer bytes were copied. */
static inline uint64_t transfer_out(uint64_t to, const void *from, uint64_t size, int *error)
{
	struct transfer transfer = transfer_at(to);
	uint64_t done = transfer_to_user(&transfer, from, size);

	*error = transfer.error;
	return done;
}

static inline uint64_t transfer_in(void *to, uint64_t from, uint64_t size, int *error)
{
	struct transfer transfer = transfer_at(from);
	uint64_t done = transfer_from_user(&transfer, to, size);

	*error = transfer.error;
	return done;
}

/* The result of a system call that has moved `done` bytes and then met `error`: the number, or else the error. */
static inline int64_t transfer_result(uint64_t done, int error)
{
	return done > 0 ? (int64_t)done : error;
}

#endif

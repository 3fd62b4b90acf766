/* SPDX-License-Identifier: MIT */
/*
 * Open files: what descriptors stand for. dup and fork make several descriptors that share one open file. Its table of
 * operations says what kind of file it is; each kind is one file in files/, and all callers go through that table.
 */
#ifndef GUEST_KERNEL_FILES_OPEN_FILE_H
#define GUEST_KERNEL_FILES_OPEN_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* Linux's flags of open(2). */
enum {
	O_ACCESS = 3,
	O_READ_ONLY = 0,
	O_WRITE_ONLY = 1,
	O_READ_WRITE = 2,
	O_CREATE = 0100,
	O_EXCLUSIVE = 0200,
	O_TRUNCATE = 01000,
	O_APPEND = 02000,
	O_NONBLOCK = 04000,
	O_DIRECTORY = 0200000,
	O_NOFOLLOW = 0400000,
	O_CLOEXEC = 02000000,
};

/* What a file can be ready for, with the values of poll(2). */
enum {
	READY_READ = 1,
	READY_PRIORITY = 2,
	READY_WRITE = 4,
	READY_ERROR = 8,
	READY_HANG_UP = 16,
	READY_INVALID = 32,
	READY_READ_NORMAL = 64, /* POLLRDNORM and POLLWRNORM say the same as POLLIN and POLLOUT */
	READY_WRITE_NORMAL = 256,
};

enum { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE };

enum { FIONREAD = 0x541b }; /* the one request of ioctl(2) that several kinds of files know */

/* As newfstatat(2) returns it on x86-64. */
struct file_status {
	uint64_t device, number, links;
	uint32_t mode, user, group, unused;
	uint64_t real_device;
	int64_t size, block_size, blocks;
	int64_t times[3][2]; /* access, modification, change: seconds, nanoseconds */
	int64_t unused_too[3];
};
_Static_assert(sizeof(struct file_status) == 144, "struct stat of x86-64");

struct file {
	const struct file_operations *operations;
	uint32_t users; /* descriptors that stand for it */
	uint32_t flags; /* O_ACCESS, O_APPEND, O_NONBLOCK */
	uint64_t position;
	struct node *node; /* NULL for a pipe */
	struct node *next; /* directory.c: the child at `position`, unless it has moved; NULL: not known */
	struct pipe *pipe; /* NULL for anything else */
};

/*
 * Results are those of the system calls: a number of bytes, or -errno. Addresses are the current process's. NULL means
 * that this kind of file has no such operation; the brackets say what the system call then does.
 */
struct file_operations {
	int64_t (*read)(struct file *file, uint64_t address, uint64_t size, uint64_t *position);     /* [-EINVAL] */
	int64_t (*write)(struct file *file, uint64_t address, uint64_t size);			     /* [-EINVAL] */
	int64_t (*write_at)(struct file *file, uint64_t address, uint64_t size, uint64_t *position); /* [as write] */
	void (*status)(const struct file *file, struct file_status *status);			     /* [the node's] */
	int64_t (*control)(struct file *file, uint64_t request, uint64_t argument);		     /* [-ENOTTY] */
	int64_t (*entries)(struct file *file, uint64_t address, uint64_t size);			     /* [-ENOTDIR] */
	unsigned (*ready)(const struct file *file);						     /* [read, write] */
	void (*release)(struct file *file);							     /* [nothing] */
	bool seekable;
};

/* A new open file with one user, which has one use of the node; NULL = out of memory. */
struct file *file_new(const struct file_operations *operations, struct node *node, uint32_t flags);

/* Gives up one use of a file; the last use gone, it is released and freed. */
void file_put(struct file *file);

#endif

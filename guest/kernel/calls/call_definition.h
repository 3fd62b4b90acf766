/* SPDX-License-Identifier: MIT */
/*
 * What the files of system calls have in common. The rows of ringside/syscalls.h name the calls; trap/system_call.c
 * calls them by its table. Semantics are as in Linux's manual pages, section 2, unless a comment says otherwise.
 */
#ifndef GUEST_KERNEL_CALLS_CALL_DEFINITION_H
#define GUEST_KERNEL_CALLS_CALL_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/errno.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"

/* ---- what calls of one file need of another file ---- */

/* io_calls.c: writes the status of a descriptor's file to user memory. 0 or -errno. */
int64_t give_status_of(uint64_t fd, uint64_t address);

/* poll_calls.c: what a file is ready for, READY_*. */
struct file;
unsigned ready_for(const struct file *file);

/* io_calls.c: what stat(2) says of an open file. 0 or -ENOMEM. */
struct file_status;
int file_status(const struct file *file, struct file_status *status);

/*
 * path_calls.c: finds the file of a path in user memory that is relative to the descriptor `fd`; `place` (or NULL) is
 * filled in as by path_find_place. 0 or -errno.
 */
struct node;
struct path_place;
int path_look(uint64_t fd, uint64_t address, bool follow, struct node **found, struct path_place *place);

/* AT_FDCWD: a path is relative to the current directory. Flags of the calls that take a directory: AT_*. */
#define CURRENT_DIRECTORY ((uint64_t)-100)
enum {
	AT_NO_FOLLOW = 0x100,
	AT_REMOVE_DIRECTORY = 0x200,
	AT_EFFECTIVE_IDS = 0x200,
	AT_FOLLOW = 0x400,
	AT_NO_AUTOMOUNT = 0x800,
	AT_EMPTY_PATH = 0x1000,
};

/* time_calls.c: reads a struct timespec as nanoseconds; TIME_NEVER if 64 bits do not hold that many. 0 or -errno. */
int64_t read_time(uint64_t address, uint64_t *nanoseconds);

/*
 * signal_calls.c: blocks the signals of a mask in user memory, and no others, until the system call has returned or, if
 * it returns -EINTR, until the handlers of the signals that interrupted it are entered. 0, -EINVAL or -EFAULT.
 */
int64_t signals_block_for_now(uint64_t mask, uint64_t size);

/* usage_calls.c: writes a struct rusage to user memory. 0 or -errno. */
int64_t usage_give(uint64_t address, const struct usage *usage);

/*
 * Defines the function of one system call, with as many uint64_t parameters as the call has arguments. No header
 * declares these functions: only the table calls them. The result is that of the call, or -errno.
 */
#define SYSTEM_CALL(function, ...)                                                                                     \
	int64_t function(__VA_ARGS__);                                                                                 \
	int64_t function(__VA_ARGS__)

#endif

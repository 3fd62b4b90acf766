/* SPDX-License-Identifier: MIT */
/*
 * What the files of system calls have in common. The rows of ringside/syscalls.h name the calls; trap/system_call.c
 * calls them by its table. Semantics are as in Linux's manual pages, section 2, unless a comment says otherwise.
 */
#ifndef GUEST_KERNEL_CALLS_CALLS_H
#define GUEST_KERNEL_CALLS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/errno.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"

/*
 * Defines the function of one system call, with as many uint64_t parameters as the call has arguments. No header
 * declares these functions: only the table calls them. The result is that of the call, or -errno.
 */
#define SYSTEM_CALL(function, ...)                                                                                     \
	int64_t function(__VA_ARGS__);                                                                                 \
	int64_t function(__VA_ARGS__)

#endif

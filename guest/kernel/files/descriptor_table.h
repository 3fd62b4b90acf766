/* SPDX-License-Identifier: MIT */
/* What a process has open: a part of struct process. descriptors.c opens and closes; system calls change the rest. */
#ifndef GUEST_KERNEL_FILES_DESCRIPTOR_TABLE_H
#define GUEST_KERNEL_FILES_DESCRIPTOR_TABLE_H

#include <stdint.h>

enum { DESCRIPTORS_MAX = 64 };

struct descriptors {
	struct file *files[DESCRIPTORS_MAX];
	uint64_t used, close_on_exec; /* bit n: descriptor n */
	struct node *directory;	      /* the current directory; NULL = the root */
	uint32_t creation_mask;	      /* of umask(2) */
	uint32_t forbidden;	      /* how many of the highest descriptors setrlimit(2) has forbidden */
};

#endif

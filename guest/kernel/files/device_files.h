/* SPDX-License-Identifier: MIT */
/* The device files: the operations of each kind, in one source file each. archive.c gives the devices their paths. */
#ifndef GUEST_KERNEL_FILES_DEVICE_FILES_H
#define GUEST_KERNEL_FILES_DEVICE_FILES_H

#include "kernel/files/open_file.h"

extern const struct file_operations terminal;				    /* dev_console.c */
extern const struct file_operations null_device, zero_device, full_device;  /* null_and_zero.c */
extern const struct file_operations counter_device, guarded_counter_device; /* lessons/shared_counter.c */
extern const struct file_operations random_device;			    /* dev_random.c */
extern const struct file_operations process_list;			    /* proc_processes.c */

/*
 * Opens what init's descriptors 0 (`from`) and 1 and 2 (`to`) stand for; with a terminal at the other end of the line
 * both are the same file. False: out of memory.
 */
bool terminal_open_first(struct file **from, struct file **to);

/* Gives random bytes to the current process. How many, or -errno. */
int64_t random_give(uint64_t address, uint64_t size);

/* Sets up the line discipline of the terminal and connects the terminal to the console. kernel_main calls this. */
void terminal_init(void);

#endif

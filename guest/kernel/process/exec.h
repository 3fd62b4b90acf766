/* SPDX-License-Identifier: MIT */
/* Loading a program of the initrd into a fresh address space. execve and the start of init call this. */
#ifndef GUEST_KERNEL_PROCESS_EXEC_H
#define GUEST_KERNEL_PROCESS_EXEC_H

#include <stdint.h>

#include "kernel/memory/address_space.h"
#include "kernel/memory/strings.h"
#include "kernel/process/process_list.h"

/* A loaded program, ready to be entered. */
struct exec {
	struct program program;
	uint64_t entry, rsp;
};

/* Finds the file at `path` that is to be run. 0, or -errno if it is not there or not executable. */
int exec_find(struct program *program, const char *path);

/*
 * Loads exec->program, which exec_find has found at `path`, with a stack, into `space`, which need not be initialised.
 * Of a script that is its interpreter, and `arguments` become those of the interpreter. `pid` is only for events. 0 or
 * -errno; after an error nothing is left of the space.
 */
int exec_load(struct exec *exec, struct space *space, uint32_t pid, const char *path, struct strings *arguments,
	      const struct strings *environment);

/* Fills in a process's trap frame so that the next return-from-trap enters the program, with clear registers. */
void exec_frame(struct process *process, const struct exec *exec);

#endif

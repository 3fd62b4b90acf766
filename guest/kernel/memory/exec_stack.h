/* SPDX-License-Identifier: MIT */
/* The stack that a program begins with: argc, argv, envp and auxv, and what they point to. process/exec.c makes it. */
#ifndef GUEST_KERNEL_MEMORY_EXEC_STACK_H
#define GUEST_KERNEL_MEMORY_EXEC_STACK_H

#include <stdint.h>

#include "kernel/lib/elf_program.h"
#include "kernel/memory/address_space.h"
#include "kernel/memory/strings.h"

/* Where things are on the stack: the stack pointer, and the strings of argv, one behind the other. */
struct exec_stack {
	uint64_t rsp, arguments;
};

/* `path` is what execve was called with. 0, or -errno. */
int exec_stack(struct space *space, const struct elf_program *elf, const char *path, const struct strings *arguments,
	       const struct strings *environment, struct exec_stack *stack);

#endif

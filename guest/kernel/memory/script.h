/* SPDX-License-Identifier: MIT */
/* Scripts that name their interpreter in a first line #!. process/exec.c asks for it and runs that. */
#ifndef GUEST_KERNEL_MEMORY_SCRIPT_H
#define GUEST_KERNEL_MEMORY_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/memory/strings.h"

enum { SCRIPT_LINE_MAX = 256 }; /* as on Linux: what is behind that in the first line does not count */

/* Whether a file is a script; its first line, behind #! and blanks, then goes to `line`, with a NUL. */
bool script_line(const uint8_t *file, uint64_t size, char line[SCRIPT_LINE_MAX]);

/*
 * Makes the arguments of the interpreter from those of the script at `path`: the interpreter, which is the first word
 * of `line` and all that is left of it afterwards; the rest of the line, if there is any, as one word; the path; and
 * the script's own from the second on. 0, -ENOEXEC (no interpreter), -E2BIG or -ENOMEM.
 */
int script_arguments(struct strings *arguments, char line[SCRIPT_LINE_MAX], const char *path);

#endif

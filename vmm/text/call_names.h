/* SPDX-License-Identifier: MIT */
/* The numbers in system calls that have names: flags, commands, signals, as Linux's headers have them. */
#ifndef VMM_TEXT_CALL_NAMES_H
#define VMM_TEXT_CALL_NAMES_H

#include <stdint.h>

#include "base/layout.h"

struct call_names; /* of one kind of argument */

/* The names for a kind of ringside/syscalls.h, which is `length` characters long; NULL when it has none. */
const struct call_names *call_names_find(const char *kind, unsigned length);

/* "O_WRONLY|O_CREAT", "SEEK_END"; what has no name stays a number. */
void call_names_put(struct layout *line, const struct call_names *names, uint64_t value);

#endif

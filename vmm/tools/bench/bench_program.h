/* SPDX-License-Identifier: MIT */
/* The smallest program, which only ends: what the host's fork and exec execute. Used by bench_host.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_PROGRAM_H
#define VMM_TOOLS_BENCH_BENCH_PROGRAM_H

#include "base/error.h"

/* Makes the program in memory and returns its descriptor; -1 with a line in *error. */
int program_make(struct error *error);

/* The calling process becomes that program. */
_Noreturn void program_become(int fd);

#endif

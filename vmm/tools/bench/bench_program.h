/* SPDX-License-Identifier: MIT */
/* The smallest program there is, for the host's fork and exec: it only ends. Used by host.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_PROGRAM_H
#define VMM_TOOLS_BENCH_BENCH_PROGRAM_H

#include "base/error.h"

/* A descriptor of the program in memory; -1: see *error. */
int program_make(struct error *error);

/* The calling process becomes that program. */
_Noreturn void program_become(int fd);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * `vmm bench` and `vmm bench compare`, argv[0] and argv[1]: the words, the run, and where the results go. Returns the
 * exit status: 0; 1 when compare finds the regression it was told to look for; 2 or 125; 128 and a signal's number when
 * that signal ended the session. Called by vmm_tools.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_COMMAND_H
#define VMM_TOOLS_BENCH_BENCH_COMMAND_H

#include "base/command_line.h"

extern const struct command_line bench_command_line, bench_compare_command_line;

int cmd_bench(int argc, char **argv);

#endif

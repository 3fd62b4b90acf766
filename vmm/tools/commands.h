/* SPDX-License-Identifier: MIT */
/* The subcommands: each takes its own words (argv[0] is its name for messages) and returns the exit status. */
#ifndef VMM_TOOLS_COMMANDS_H
#define VMM_TOOLS_COMMANDS_H

int cmd_trace(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* Of `vmm trace`. */
int cmd_trace_print(int argc, char **argv);
int cmd_trace_stat(int argc, char **argv);
int cmd_trace_check(int argc, char **argv);
int cmd_trace_protocol(int argc, char **argv);
int cmd_trace_report(int argc, char **argv);
int cmd_trace_export(int argc, char **argv);
int cmd_trace_compress(int argc, char **argv);

/* Of `vmm bench`. */
int cmd_bench_compare(int argc, char **argv);

#endif

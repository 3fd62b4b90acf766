/* SPDX-License-Identifier: MIT */
/* The report at the end of the run. The end of a process leaves its facts here; the end of the run prints them. */
#ifndef GUEST_KERNEL_WATCH_END_REPORT_H
#define GUEST_KERNEL_WATCH_END_REPORT_H

#include "kernel/process/process_list.h"

/* Keeps what the report says about a process that ends. `status` as wait4 returns it. */
void report_process(const struct process *process, int status);

/* Prints the report: processes, times with the option `account`, the chart, the totals, missing system calls. */
void report_print(void);

#endif

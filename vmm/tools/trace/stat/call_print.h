/* SPDX-License-Identifier: MIT */
/* Prints the system calls of each process and of all of them, sorted as the profile is. */
#ifndef VMM_TOOLS_TRACE_STAT_CALL_PRINT_H
#define VMM_TOOLS_TRACE_STAT_CALL_PRINT_H

#include <stdio.h>

#include "base/json.h"
#include "base/table.h"
#include "tools/trace/stat/profile.h"

/* Tables in the columns of `strace -c`; the member "calls" of an object; rows of the table of profile_print_csv(). */
void calls_print(const struct profile *profile, const struct trace_clock *clock, struct page *page);
void calls_put_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json);
void calls_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out);

#endif

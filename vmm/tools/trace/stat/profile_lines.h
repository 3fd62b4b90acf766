/* SPDX-License-Identifier: MIT */
/* A profile as its printers want it: names, shares and nanoseconds, most frequent first. */
#ifndef VMM_TOOLS_TRACE_STAT_PROFILE_LINES_H
#define VMM_TOOLS_TRACE_STAT_PROFILE_LINES_H

#include "tools/trace/stat/profile.h"

/* Nanoseconds. */
struct profile_times {
	uint64_t count;
	double total, min, mean, p50, p90, p99, max;
	double error; /* standard error of the mean, percent of it; negative = less than two samples */
};

struct profile_line {
	char name[32];
	uint64_t samples;
	double samples_percent, time_percent; /* of its table; time: the VMM's of exits, the guest's of traps */
	struct profile_times guest, vmm;
};

enum profile_table { PROFILE_EXIT, PROFILE_SYSCALL, PROFILE_EXCEPTION, PROFILE_INTERRUPT, PROFILE_TABLES };

struct profile_process_line {
	uint32_t pid;
	const char *program;	  /* NULL = not known */
	double user, kernel, vmm; /* ns */
	uint64_t switches;
};

/* The names of the tables in JSON and CSV: "exit", "syscall". */
const char *profile_table_name(enum profile_table table);

void profile_lines(const struct profile *profile, const struct trace_clock *clock, enum profile_table table,
		   void (*put)(void *context, const struct profile_line *line), void *context);
void profile_event_lines(const struct profile *profile, void (*put)(void *context, const char *name, uint64_t samples),
			 void *context);
void profile_process_lines(const struct profile *profile, const struct trace_clock *clock,
			   void (*put)(void *context, const struct profile_process_line *line), void *context);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Switches and wake-ups of the guest's processes as the events of Linux's own scheduler, sched_switch, sched_waking and
 * sched_wakeup, by which KernelShark, `trace-cmd report --profile` and readers of ftrace's text tell who had the CPU.
 * The layouts are those of Linux's tracing/events/sched. Used by the formats of ftrace.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_SCHED_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_SCHED_H

#include "tools/trace/export/export.h"

enum {
	SCHED_COMM_SIZE = 16,	/* of a program's name with its NUL; the rest of a longer one is left out */
	SCHED_PRIORITY = 120,	/* Linux's of a process without nice value: a trace tells of no priorities */
	SCHED_PREEMPTED = 0x100 /* in prev_state: the process could have gone on */
};

/*
 * X(bit of prev_state, letter): why a process does not run on; without any of them it could: R. All of Linux's, since
 * libtraceevent knows no state behind a bit that has no letter.
 */
#define SCHED_STATES(X)                                                                                                \
	X(0x01, "S") X(0x02, "D") X(0x04, "T") X(0x08, "t") X(0x10, "X") X(0x20, "Z") X(0x40, "P") X(0x80, "I")

struct sched_switch {
	char prev_comm[SCHED_COMM_SIZE];
	int32_t prev_pid;
	int32_t prev_prio;
	int64_t prev_state;
	char next_comm[SCHED_COMM_SIZE];
	int32_t next_pid;
	int32_t next_prio;
};

/* sched_waking and sched_wakeup: the guest does both at once. */
struct sched_wake {
	char comm[SCHED_COMM_SIZE];
	int32_t pid;
	int32_t prio;
	int32_t target_cpu;
};

/* Each fills its event and returns true if the moment is one, else false. */
bool sched_switch(const struct export *export, const struct moment *moment, struct sched_switch *event);
bool sched_wake(const struct export *export, const struct moment *moment, struct sched_wake *event);

/* The letter of a prev_state. */
const char *sched_state_letter(int64_t state);

#endif

/* SPDX-License-Identifier: MIT */
/* Unit tests of the checker of traces: no complaint about a consistent trace, a complaint about every changed one. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "records.h"
#include "ringside/device.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "tools/trace/check/check.h"

enum { RECORDS_MAX = 64 };

struct trace {
	union record records[RECORDS_MAX];
	unsigned count;
	uint64_t now;
	char complaints[4096];
};

static void add_event(struct trace *trace, unsigned kind, uint32_t pid, uint64_t a, uint64_t b)
{
	trace->records[trace->count++] = event_at(trace->now += 10, kind, pid, a, b);
}

/* Adds an exit; the guest was entered just before the events that follow the previous exit. */
static void add_exit(struct trace *trace, uint8_t kind, unsigned cpl, uint32_t frame)
{
	uint64_t entry = trace->now + 5;

	for (unsigned i = trace->count; i-- > 0 && record_is_event(&trace->records[i]);)
		entry = trace->records[i].event.tsc - 5;
	trace->records[trace->count++] = (union record){.exit = {.tsc = trace->now += 10,
								 .entry = entry,
								 .frame = frame,
								 .kind = kind,
								 .cpl_size = (uint8_t)cpl}};
}

#define EVENT(kind, pid, a, b) add_event(trace, RINGSIDE_EVENT_##kind, pid, a, b)
#define EXIT(kind, cpl, frame) add_exit(trace, RINGSIDE_EXIT_##kind, cpl, frame)

enum { CODE = 0x401000, FRAME_1 = 0x34, FRAME_2 = 0x42 };

static void create(struct trace *trace, uint32_t pid, uint32_t frame)
{
	EVENT(PROC_CREATE, pid, 0, 0);
	EVENT(PROC_MEMORY, pid, (uint64_t)frame << 12, 4);
}

/* A consistent trace of two processes: calls, a fault, a tick that switches, a wait, an end. The margin numbers the
 * records. */
static void sound_trace(struct trace *trace)
{
	*trace = (struct trace){.now = 1000};
	EXIT(IO, 0, 0);					 /*  0 */
	create(trace, 1, FRAME_1);			 /*  1,  2 */
	create(trace, 2, FRAME_2);			 /*  3,  4 */
	EVENT(SAVE, 0, 0, 1);				 /*  5 */
	EVENT(RESTORE, 1, 0, FRAME_1 << 12);		 /*  6 */
	EVENT(RETURN, 1, CODE, 0);			 /*  7 */
	EXIT(INTR, 3, FRAME_1);				 /*  8 */
	EVENT(EXCEPTION, 1, RINGSIDE_TRAP_PF, CODE);	 /*  9 */
	EVENT(RETURN, 1, CODE, 0);			 /* 10 */
	EVENT(SYSCALL, 1, RINGSIDE_SYS_write, CODE);	 /* 11 */
	EVENT(ARGUMENTS, 1, 1, CODE);			 /* 12 */
	EXIT(IO, 0, FRAME_1);				 /* 13 */
	EVENT(SYSCALL_RESULT, 1, RINGSIDE_SYS_write, 1); /* 14 */
	EVENT(RETURN, 1, CODE, 0);			 /* 15 */
	EVENT(INTERRUPT, 1, RINGSIDE_TRAP_TIMER, CODE);	 /* 16 */
	EVENT(SAVE, 1, 0, 2);				 /* 17 */
	EVENT(RESTORE, 2, 0, FRAME_2 << 12);		 /* 18 */
	EVENT(RETURN, 2, CODE, 0);			 /* 19 */
	EXIT(INTR, 3, FRAME_2);				 /* 20 */
	EVENT(SYSCALL, 2, RINGSIDE_SYS_exit, CODE);	 /* 21 */
	EVENT(PROC_EXIT, 2, 0, 0);			 /* 22 */
	EVENT(SAVE, 2, 0, 1);				 /* 23 */
	EVENT(RESTORE, 1, 0, FRAME_1 << 12);		 /* 24 */
	EVENT(RETURN, 1, CODE, 0);			 /* 25 */
	EXIT(INTR, 3, FRAME_1);				 /* 26 */
	EVENT(SYSCALL, 1, RINGSIDE_SYS_exit, CODE);	 /* 27 */
	EVENT(PROC_EXIT, 1, 0, 0);			 /* 28 */
	EXIT(IO, 0, FRAME_1);				 /* 29 */
}

static void note(void *context, uint64_t record, const char *what)
{
	struct trace *trace = context;
	size_t length = strlen(trace->complaints);

	snprintf(trace->complaints + length, sizeof(trace->complaints) - length, "%u: %s\n", (unsigned)record, what);
}

static struct check_counts run(struct trace *trace)
{
	struct check *check = check_new(note, trace);

	for (unsigned i = 0; i < trace->count; i++)
		check_record(check, &trace->records[i]);
	struct check_counts counts = check_counts(check);
	check_free(check);
	return counts;
}

static void take_out(struct trace *trace, unsigned index)
{
	trace->count--;
	memmove(&trace->records[index], &trace->records[index + 1], (trace->count - index) * sizeof(trace->records[0]));
}

#define ASSERT_COMPLAINS(trace, words)                                                                                 \
	do {                                                                                                           \
		run(trace);                                                                                            \
		cr_assert_not_null(strstr((trace)->complaints, words), "said: %s", (trace)->complaints);               \
	} while (0)

Test(check, a_sound_trace_has_no_contradiction)
{
	struct trace trace;

	sound_trace(&trace);
	struct check_counts counts = run(&trace);
	cr_assert_eq(counts.broken, 0, "said: %s", trace.complaints);
	cr_assert_eq(counts.traps, 5);
	cr_assert_eq(counts.returns, 5);
	cr_assert_gt(counts.cpl, 4);
	cr_assert_gt(counts.cr3, 4);
}

/* Removing any one transition makes the trace inconsistent. */
Test(check, every_missing_transition_shows)
{
	const unsigned transitions[] = {7, 9, 10, 11, 14, 15, 16, 18, 19, 24, 25};
	struct trace trace;

	for (unsigned i = 0; i < COUNT(transitions); i++) {
		sound_trace(&trace);
		take_out(&trace, transitions[i]);
		cr_assert_gt(run(&trace).broken, 0, "no complaint about the missing record %u", transitions[i]);
	}
}

/* Absences that overlap, or cross an exit, by more than clocks differ; and a sleep that is longer than its exit took.
 */
Test(check, impossible_absences_show)
{
	enum { FAR = 1000000 };
	const struct {
		uint64_t first, second; /* ends of two absences of FAR ticks, the second after an exit at 3 FAR */
		uint64_t slept;
		unsigned broken;
	} cases[] = {
		{2 * FAR, 5 * FAR, 0, 0},	{2 * FAR, 5 * FAR, FAR / 2, 0},
		{FAR / 2, 5 * FAR, 0, 1},      /* before there was time */
		{2 * FAR, 3 * FAR + 10, 0, 1}, /* across the exit */
		{2 * FAR, 5 * FAR, 3 * FAR, 1},
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct trace trace = {
			.records =
				{
					event_at(cases[i].first, RINGSIDE_EVENT_HOST_TOOK, 0, FAR, FAR),
					exit_at(2 * FAR, 3 * FAR, CPL_KERNEL),
					event_at(cases[i].second, RINGSIDE_EVENT_HOST_TOOK, 0, FAR, FAR),
					exit_at(5 * FAR, 6 * FAR, CPL_KERNEL),
				},
			.count = 4,
		};

		if (cases[i].slept != 0) {
			trace.records[1].exit.flags = RECORD_WAITED;
			trace.records[1].exit.address = 3 * FAR + 1;
			trace.records[1].exit.value = cases[i].slept;
		}
		const struct check_counts counts = run(&trace);
		cr_expect_eq(counts.broken, cases[i].broken, "case %u: %s", i, trace.complaints);
		cr_expect_eq(counts.absences, 2);
	}
}

Test(check, every_wrong_cpl_shows)
{
	const unsigned exits[] = {8, 13, 20, 26};
	struct trace trace;

	for (unsigned i = 0; i < COUNT(exits); i++) {
		sound_trace(&trace);
		trace.records[exits[i]].exit.cpl_size ^= 3;
		trace.records[exits[i]].exit.kind = RINGSIDE_EXIT_MMIO; /* an INTR exit may have any CPL */
		cr_assert_gt(run(&trace).broken, 0, "no complaint about the changed exit %u", exits[i]);
	}
}

Test(check, every_wrong_cr3_shows)
{
	const unsigned exits[] = {8, 20, 26};
	struct trace trace;

	for (unsigned i = 0; i < COUNT(exits); i++) {
		sound_trace(&trace);
		trace.records[exits[i]].exit.frame = FRAME_1 + FRAME_2 - trace.records[exits[i]].exit.frame;
		ASSERT_COMPLAINS(&trace, "in the address space of process");
		sound_trace(&trace);
		trace.records[exits[i]].exit.frame = 0x99;
		ASSERT_COMPLAINS(&trace, "which no process has");
	}
}

/* Once a guest tells of changes of CR3 beside its switches, each has an event. */
Test(check, every_untold_change_of_cr3_shows)
{
	struct trace trace = {.now = 1000};

	add_event(&trace, RINGSIDE_EVENT_RESTORE, 1, 0, FRAME_1 << 12);
	add_event(&trace, RINGSIDE_EVENT_PROC_EXIT, 1, 0, 0);
	add_exit(&trace, RINGSIDE_EXIT_IO, 0, FRAME_1);
	add_event(&trace, RINGSIDE_EVENT_SPACE, 0, FRAME_2 << 12, 0);
	add_exit(&trace, RINGSIDE_EXIT_IO, 0, FRAME_1); /* the doorbell, before the change */
	add_exit(&trace, RINGSIDE_EXIT_IO, 0, FRAME_2);
	add_event(&trace, RINGSIDE_EVENT_RESTORE, 0, 0, 0); /* the idle process changes nothing */
	add_exit(&trace, RINGSIDE_EXIT_IO, 0, FRAME_2);
	cr_assert_eq(run(&trace).broken, 0, "said: %s", trace.complaints);
	add_exit(&trace, RINGSIDE_EXIT_IO, 0, 0x99);
	ASSERT_COMPLAINS(&trace, "8: CR3 is 0x99000, and no event has told so: it is 0x42000 by the last one");
}

Test(check, time)
{
	struct trace trace;

	sound_trace(&trace);
	trace.records[10].event.tsc -= 15;
	ASSERT_COMPLAINS(&trace, "10: time runs backwards, by 5 ticks");
	sound_trace(&trace);
	trace.records[13].exit.entry = trace.records[13].exit.tsc + 1;
	ASSERT_COMPLAINS(&trace, "13: the guest left before it was entered");
	sound_trace(&trace);
	trace.records[13].exit.entry = trace.records[8].exit.tsc - 1;
	ASSERT_COMPLAINS(&trace, "13: the guest was entered before it had left");
	sound_trace(&trace);
	trace.records[13].exit.entry = trace.records[9].event.tsc + 1;
	ASSERT_COMPLAINS(&trace, "13: the guest told of an event before it was entered");
}

Test(check, nesting)
{
	struct trace trace;

	sound_trace(&trace);
	trace.records[14].event.a = RINGSIDE_SYS_read;
	ASSERT_COMPLAINS(&trace, "14: the result of call 0, which process 1 is not in");
	sound_trace(&trace);
	trace.records[16].event.pid = 2;
	ASSERT_COMPLAINS(&trace, "16: interrupt of process 2 while process 1 runs");
	sound_trace(&trace);
	trace.records[25].event.pid = 2;
	ASSERT_COMPLAINS(&trace, "25: return of process 2 while process 1 runs");
	sound_trace(&trace);
	trace.records[24].event.pid = 2;
	ASSERT_COMPLAINS(&trace, "process 1 while process 2 runs");
	sound_trace(&trace); /* an int 0x80 that the kernel recognised must not also appear as an invalid opcode */
	trace.records[9].event.a = RINGSIDE_TRAP_UD;
	take_out(&trace, 10);
	ASSERT_COMPLAINS(&trace, "10: syscall of process 1 in the middle of another");
}

/* SPDX-License-Identifier: MIT */
/*
 * The time of a run added up by whose it was and what it was spent on, in bounded memory whatever a trace says. The
 * slices come from accounting.h: with a struct time_sums as context, time_sums_slice() and time_sums_record() are a
 * sink. To be zeroed at first, but for `symbols`.
 */
#ifndef VMM_TOOLS_TRACE_STAT_TIME_SUMS_H
#define VMM_TOOLS_TRACE_STAT_TIME_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/pid_table.h"
#include "record/record.h"
#include "record/trace_clock.h"
#include "symbols/symbols.h"
#include "tools/trace/stat/accounting.h"

/* Who time can be of, and what that is called in JSON and CSV and beside the names of programs. */
#define TIME_OWNERS(X)                                                                                                 \
	X(BOOT, "boot", "(boot)")                                                                                      \
	X(OTHERS, "others", "(others)") /* all processes for which there was no room */                                \
	X(UNKNOWN, "unknown", "(not told)")                                                                            \
	X(NOBODY, "nobody", "(nobody)")
#define TIME_OWNER_ENUM(owner, ...) TIME_##owner,
enum {
	TIME_PROCESSES = 4096, /* that are told apart */
	TIME_BEFORE_OWNERS = TIME_PROCESSES - 1,
	TIME_OWNERS(TIME_OWNER_ENUM) TIME_OWNER_COUNT
};
#undef TIME_OWNER_ENUM

struct time_sum {
	struct pid_slot slot;	      /* of a process; 0 is the idle loop */
	int program;		      /* its image in the symbols + 1; 0 = not known */
	uint64_t shares[SHARE_COUNT]; /* ticks */
	uint64_t switches;	      /* to the process */
};

struct time_sums {
	const struct symbols *symbols;		/* NULL = none; must outlive the sums */
	struct time_sum list[TIME_OWNER_COUNT]; /* a table of pids, then TIME_BOOT and so on */
	uint64_t shares[SHARE_COUNT];		/* ticks of all */
	struct time_sum *last;			/* of the last process that was looked for; NULL = none */
};

/* The sum of a process, which is added when it has none; that of TIME_OTHERS when there is no room. Never NULL. */
struct time_sum *time_sums_search(struct time_sums *sums, uint32_t pid);
static inline struct time_sum *time_sums_process(struct time_sums *sums, uint32_t pid)
{
	return sums->last != NULL && sums->last->slot.pid == pid ? sums->last : time_sums_search(sums, pid);
}

/* The sum of the owner of a slice. */
static inline struct time_sum *time_sums_owner(struct time_sums *sums, const struct time_slice *slice)
{
	static const uint16_t owners[] = {
		[OWNER_BOOT] = TIME_BOOT, [OWNER_UNKNOWN] = TIME_UNKNOWN, [OWNER_NOBODY] = TIME_NOBODY};

	return slice->owner == OWNER_PROCESS ? time_sums_process(sums, slice->pid) : &sums->list[owners[slice->owner]];
}

/* Adds a slice to the sum of its owner, which is returned. */
static inline struct time_sum *time_sums_add(struct time_sums *sums, const struct time_slice *slice)
{
	struct time_sum *sum = time_sums_owner(sums, slice);

	sums->shares[slice->share] += slice->to - slice->from;
	sum->shares[slice->share] += slice->to - slice->from;
	return sum;
}

/* Learns from an event which program a process runs; `counts`: and counts the switches to it. */
void time_sums_learn(struct time_sums *sums, const struct event_record *event, bool counts);

/* The two functions of a sink; *sums is its context. */
void time_sums_slice(void *sums, const struct time_slice *slice);
void time_sums_record(void *sums, const union record *record, unsigned cpl);

/* Ticks of an owner, and of all: the length of the run, or of its part that the accounting was cut to. */
uint64_t time_sum_ticks(const struct time_sum *sum);
uint64_t time_sums_ticks(const struct time_sums *sums);

/*
 * Stores those who had time: the kernel's boot, then the processes by pid, those without room of their own as one, then
 * what is not known whose it was, and what was nobody's. Returns how many.
 */
size_t time_sums_order(const struct time_sums *sums, const struct time_sum *order[TIME_OWNER_COUNT]);

/* "process", or the name of TIME_OWNERS. */
const char *time_sum_owner(const struct time_sums *sums, const struct time_sum *sum);
bool time_sum_is_process(const struct time_sums *sums, const struct time_sum *sum);
/* The program of a process, or the words of TIME_OWNERS; NULL = not known. */
const char *time_sum_program(const struct time_sums *sums, const struct time_sum *sum);

/* Puts two members into an object, as docs/trace.md has them for `vmm trace stat --json`: "processes", "time_ticks". */
void time_sums_put_json(const struct time_sums *sums, const struct trace_clock *clock, struct json_writer *json);

#endif

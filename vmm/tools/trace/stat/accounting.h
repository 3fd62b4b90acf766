/* SPDX-License-Identifier: MIT */
/*
 * Whose time it was: the one function that gives out the time of a run. It cuts the time from the start of the run to
 * its end into slices, one after the other without a gap, so that their sum is the run's time to the tick, whatever
 * a trace says. Whatever adds time up, or draws whose it was, takes its slices from here: accounting_start() with a
 * sink, accounting_cut() if not all of the run is wanted, accounting_record() for each record, accounting_end().
 * time_sums.h adds slices up by process and share; its time_sums_slice() and time_sums_record() are such a sink.
 *
 * The rules. From an exit to the next entry the VMM has the time, but what it slept because the guest had halted is
 * idle time, nobody's. From an entry to an exit the guest has it, in the ring that the events tell of. An exit knows
 * its own ring; where it contradicts the last event (the processor has entered the kernel, but the kernel has not told
 * of it yet), the stretch between the two is in part one's and in part the other's, and goes to neither. What the host
 * told of its absences goes before all others.
 */
#ifndef VMM_TOOLS_TRACE_STAT_ACCOUNTING_H
#define VMM_TOOLS_TRACE_STAT_ACCOUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/record.h"
#include "record/trace_format.h"

/* X(SHARE, name in JSON and CSV, words): what a slice was spent on. The first three are the guest's. */
#define SHARES(X)                                                                                                      \
	X(USER, "ring3", "guest, ring 3")                                                                              \
	X(KERNEL, "ring0", "guest, ring 0")                                                                            \
	X(UNTOLD, "untold", "guest, ring not told")                                                                    \
	X(VMM, "vmm", "VMM")                                                                                           \
	X(BLOCKED, "blocked", "VMM waited for the host")                                                               \
	X(HOST, "host", "host took the CPU")                                                                           \
	X(IDLE, "idle", "guest idle")                                                                                  \
	X(MISSING, "missing", "not in the trace")
#define SHARE_ENUM(share, ...) SHARE_##share,
enum share { SHARES(SHARE_ENUM) SHARE_COUNT };
#undef SHARE_ENUM

const char *share_name(enum share share);
const char *share_words(enum share share);

static inline bool share_is_guest(enum share share)
{
	return share <= SHARE_UNTOLD;
}

/* Whose a slice is. Process 0 is the guest's idle loop. */
enum owner { OWNER_BOOT, OWNER_PROCESS, OWNER_UNKNOWN, OWNER_NOBODY };

struct time_slice {
	uint64_t from, to; /* TSC; from < to */
	enum share share;
	enum owner owner; /* nobody: of idle time, and of what is missing */
	uint32_t pid;	  /* of a process */
};

/* Whether a slice goes on with what `before` had, so that both can be shown as one. */
static inline bool time_slice_continues(const struct time_slice *slice, const struct time_slice *before)
{
	return slice->from == before->to && slice->share == before->share && slice->owner == before->owner &&
	       slice->pid == before->pid;
}

/* Slices and records are given in the order of time: a record when all slices up to it have been. */
struct accounting_sink {
	void (*slice)(void *context, const struct time_slice *slice);
	/* `cpl`: of an event, the CPL before it; CPL_UNKNOWN = not told. */
	void (*record)(void *context, const union record *record, unsigned cpl);
	void *context;
};

struct accounting {
	struct accounting_sink sink;
	uint64_t now, end;    /* TSC up to which time has been given out, and the end of the run */
	uint64_t from, until; /* accounting_cut() */
	uint64_t limit;	      /* the lesser of `end` and `until` */
	uint64_t latest;      /* the greatest TSC of a record up to the end */
	enum owner owner;
	uint32_t pid; /* of a process, else 0 */
	unsigned cpl; /* since the last record; CPL_UNKNOWN = not told */
	bool has_events;
	bool begins_late, ends_early; /* records before the first one, or after the last one, are missing */
	bool has_begun;
	bool in_vmm;		    /* since the last exit */
	uint64_t slept, slept_from; /* ticks that the VMM slept meanwhile, 0 = it did not; the TSC since which */
	union record *held;	    /* records whose stretch is not complete yet */
	size_t held_count, held_capacity;
};

/* Starts with the header of a trace, of which only clock, flags and `lost` count. Release with accounting_free(). */
void accounting_start(struct accounting *accounting, const struct file_header *header, struct accounting_sink sink);
void accounting_free(struct accounting *accounting);

/*
 * Gives out only the time from `from` on and before `until` (TSC), so that this is what the slices sum up to. Records
 * are told all the same, because what they say of processes matters later: accounting_covers() tells which are inside.
 * May be called again, to end the range at or behind the last record given: a reader of the first records, say, which
 * then goes on giving records until accounting_is_over(), because only they tell whose the last ticks were.
 */
void accounting_cut(struct accounting *accounting, uint64_t from, uint64_t until);

static inline bool accounting_covers(const struct accounting *accounting, uint64_t tsc)
{
	return tsc >= accounting->from && tsc < accounting->until;
}

/* Whether all time of the range has been given out. What further records there are can be left out. */
static inline bool accounting_is_over(const struct accounting *accounting)
{
	return accounting->now >= accounting->until;
}

/*
 * Takes what the header of a trace that was still being recorded says since it was closed: when the run ended, and what
 * is missing. To be called before accounting_end().
 */
void accounting_close(struct accounting *accounting, const struct file_header *header);

void accounting_record(struct accounting *accounting, const union record *record);

/* Gives out the rest of the time. To be called once, after the last record. */
void accounting_end(struct accounting *accounting);

#endif

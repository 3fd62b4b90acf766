/* SPDX-License-Identifier: MIT */
/*
 * The rules of accounting.h themselves, which cut the time of a run into slices, for the two who apply them:
 * accounting.c tells any sink, through its pointers; profile.c, which must be fast, is a sink of its own, which the
 * compiler can make one with them. Either defines accounting_slice() and accounting_tell(), then calls
 * accounting_walk().
 */
#ifndef VMM_TOOLS_TRACE_STAT_ACCOUNTING_RULES_H
#define VMM_TOOLS_TRACE_STAT_ACCOUNTING_RULES_H

#include "base/array.h"
#include "text/place.h"
#include "tools/trace/stat/accounting.h"

/* More than a guest's ring holds without an exit, so that the guest must have been entered. */
enum { HELD_MAX = 1 << 16 };

/* The sink. */
static inline void accounting_slice(struct accounting *accounting, const struct time_slice *slice);
static inline void accounting_tell(struct accounting *accounting, const union record *record, unsigned cpl);

/* ---- slices ---- */

/* Gives the time up to `until` to a share. Times that go back, or behind the end, give nothing. */
static inline void give(struct accounting *accounting, uint64_t until, enum share share)
{
	if (until > accounting->limit)
		until = accounting->limit;
	if (until <= accounting->now)
		return;
	if (__builtin_expect(accounting->now < accounting->from, 0)) {
		accounting->now = until < accounting->from ? until : accounting->from;
		if (accounting->now == until)
			return;
	}
	const bool is_nobodys = share == SHARE_IDLE || share == SHARE_MISSING;
	const struct time_slice slice = {
		.from = accounting->now,
		.to = until,
		.share = share,
		.owner = is_nobodys ? OWNER_NOBODY : accounting->owner,
		.pid = is_nobodys ? 0 : accounting->pid,
	};

	accounting->now = until;
	accounting_slice(accounting, &slice);
}

/* The same for the VMM, which may have slept meanwhile. */
static inline void give_vmm(struct accounting *accounting, uint64_t until)
{
	const uint64_t slept = accounting->slept, from = accounting->slept_from;

	if (__builtin_expect(slept != 0, 0) && accounting->in_vmm) {
		give(accounting, until < from ? until : from, SHARE_VMM);
		give(accounting, until < from + slept ? until : from + slept, SHARE_IDLE);
	}
	give(accounting, until, SHARE_VMM);
}

static inline void give_stretch(struct accounting *accounting, uint64_t until, enum share share)
{
	if (share == SHARE_VMM)
		give_vmm(accounting, until);
	else
		give(accounting, until, share);
}

static inline enum share share_of_ring(unsigned cpl)
{
	return cpl == CPL_USER ? SHARE_USER : cpl == CPL_KERNEL ? SHARE_KERNEL : SHARE_UNTOLD;
}

static inline enum share share_of_absence(const struct event_record *event)
{
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_HOST_TOOK:
		return SHARE_HOST;
	case RINGSIDE_EVENT_HOST_HALT:
		return SHARE_IDLE;
	default:
		return SHARE_BLOCKED;
	}
}

static inline uint64_t start_of(const struct event_record *absence)
{
	return absence->tsc > absence->a ? absence->tsc - absence->a : 0;
}

/*
 * Gives a stretch up to `until` to `share`, but for the absences among the held records from *next on that begin before
 * its end.
 */
static inline void give_around(struct accounting *accounting, size_t *next, uint64_t until, enum share share)
{
	for (; *next < accounting->held_count; ++*next) {
		const union record *record = &accounting->held[*next];
		const struct event_record *absence = &record->event;

		if (!record_is_of_vmm(record) ||
		    (record_is_absence(record) ? start_of(absence) : absence->tsc) >= until)
			break;
		if (record_is_absence(record)) {
			give_stretch(accounting, start_of(absence), share);
			give(accounting, absence->tsc < until ? absence->tsc : until, share_of_absence(absence));
		}
		accounting_tell(accounting, record, accounting->cpl);
	}
	give_stretch(accounting, until, share);
}

/* ---- who runs ---- */

static inline void follow_owner(struct accounting *accounting, const struct event_record *event)
{
	const bool is_boot = event->pid == 0 && accounting->owner != OWNER_PROCESS;

	if (!event_is_of_runner(event) || (is_boot && event->kind != RECORD_EVENT + RINGSIDE_EVENT_RESTORE))
		return; /* an interrupt can come while the kernel boots */
	accounting->owner = OWNER_PROCESS;
	accounting->pid = event->pid;
}

/* An event of the guest ends a stretch, which has been given. */
static inline void take_event(struct accounting *accounting, const union record *record)
{
	const unsigned before = accounting->cpl;

	follow_owner(accounting, &record->event);
	accounting->has_events = true;
	accounting->cpl = record_cpl(record);
	accounting_tell(accounting, record, before);
}

/* Takes held events of the guest, as far as their stretches are complete. Returns how many held records are done. */
static inline size_t take_held_events(struct accounting *accounting, size_t next)
{
	for (size_t i = next; i < accounting->held_count; i++) {
		if (record_is_of_vmm(&accounting->held[i]))
			continue;
		if (next == i)
			give(accounting, accounting->held[i].event.tsc, share_of_ring(accounting->cpl));
		else
			give_around(accounting, &next, accounting->held[i].event.tsc, share_of_ring(accounting->cpl));
		take_event(accounting, &accounting->held[i]);
		/* What give_around() has left before this event began after it, by its own clock: it is just told. */
		for (; next < i; next++)
			accounting_tell(accounting, &accounting->held[next], accounting->cpl);
		next = i + 1;
	}
	return next;
}

static inline void drop_held(struct accounting *accounting, size_t count)
{
	for (size_t i = count; i < accounting->held_count; i++)
		accounting->held[i - count] = accounting->held[i];
	accounting->held_count -= count;
}

/* ---- records ---- */

/* The guest was entered at `tsc`: ends the VMM's stretch. Returns how many held records are done. */
static inline size_t enter(struct accounting *accounting, uint64_t tsc)
{
	size_t next = 0;

	if (!accounting->has_begun && accounting->begins_late)
		give(accounting, tsc, SHARE_MISSING);
	give_around(accounting, &next, tsc, SHARE_VMM);
	accounting->has_begun = true;
	accounting->in_vmm = false;
	return next;
}

/*
 * The ring of the guest before and after an exit that says `cpl`. Returns the share of the stretch that it ends. An
 * exit in the kernel while a process should run comes on the way in, before the kernel's event, or on the way out,
 * after it: which, the next event tells.
 */
static inline enum share take_ring(struct accounting *accounting, const struct exit_record *exit)
{
	const unsigned before = accounting->cpl, cpl = exit_cpl(exit);

	if (record_is_doorbell((const union record *)exit))
		return SHARE_KERNEL; /* which only the kernel rings */
	if (cpl == CPL_UNKNOWN || cpl == before)
		return share_of_ring(before);
	accounting->cpl = cpl == CPL_KERNEL && accounting->has_events ? (unsigned)CPL_UNKNOWN : cpl;
	if (cpl == CPL_USER && accounting->owner == OWNER_BOOT)
		accounting->owner = OWNER_UNKNOWN; /* a process, of which no event told; pid stays 0 */
	return SHARE_UNTOLD;
}

/* The held records, and the stretches around them up to an exit. */
static inline void take_held(struct accounting *accounting, const struct exit_record *exit)
{
	size_t next = 0;

	if (accounting->in_vmm || !accounting->has_begun)
		next = enter(accounting, exit->entry);
	next = take_held_events(accounting, next);
	give_around(accounting, &next, exit->tsc, take_ring(accounting, exit));
	for (; next < accounting->held_count; next++)
		accounting_tell(accounting, &accounting->held[next], accounting->cpl);
	accounting->held_count = 0;
}

static inline void take_exit(struct accounting *accounting, const union record *record)
{
	if (accounting->held_count > 0 || !accounting->in_vmm) {
		take_held(accounting, &record->exit);
	} else { /* the same, for speed */
		give_vmm(accounting, record->exit.entry);
		give(accounting, record->exit.tsc, take_ring(accounting, &record->exit));
	}
	accounting->slept = exit_slept(&record->exit);
	accounting->slept_from = record->exit.address;
	accounting->in_vmm = true;
	accounting_tell(accounting, record, exit_cpl(&record->exit));
}

static inline bool hold(struct accounting *accounting, const union record *record)
{
	if (!array_reserve(&accounting->held, &accounting->held_capacity, accounting->held_count + 1, HELD_MAX,
			   sizeof(*accounting->held)))
		return false;
	accounting->held[accounting->held_count++] = *record;
	return true;
}

static inline void accounting_walk(struct accounting *accounting, const union record *record)
{
	size_t next = 0;

	if (record->exit.tsc > accounting->latest && record->exit.tsc <= accounting->end)
		accounting->latest = record->exit.tsc;
	if (!record_is_event(record)) {
		take_exit(accounting, record);
		return;
	}
	const bool is_open =
		accounting->in_vmm || !accounting->has_begun; /* it is not known when the guest was entered */
	if ((is_open || record_is_of_vmm(record)) && hold(accounting, record))
		return;
	if (is_open) {
		next = enter(accounting, accounting->now);
		next = take_held_events(accounting, next);
	}
	if (record_is_of_vmm(record)) {
		accounting_tell(accounting, record, accounting->cpl); /* too many: its time is the guest's */
		return;
	}
	give_around(accounting, &next, record->event.tsc, share_of_ring(accounting->cpl));
	take_event(accounting, record);
	drop_held(accounting, next);
}

#endif

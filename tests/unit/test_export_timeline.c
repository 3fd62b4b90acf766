/* SPDX-License-Identifier: MIT */
/* Unit tests of the timeline that exporters get: complete and in order for any records. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "records.h"
#include "ringside/device.h"
#include "text/place.h"
#include "tools/trace/export/export_timeline.h"

static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .tsc_end = 100001};

enum { SEEN_MAX = TIMELINE_HELD_MAX + 100 };

static struct seen {
	unsigned count;
	struct moment list[SEEN_MAX];
	unsigned arguments[SEEN_MAX]; /* arguments of the call at each moment */
} seen;

static void see(void *context, const struct moment *moment)
{
	(void)context;
	cr_assert_lt(seen.count, SEEN_MAX);
	if (seen.count > 0)
		cr_assert_geq(moment->ns, seen.list[seen.count - 1].ns, "moment %u is before the last", seen.count);
	seen.arguments[seen.count] = moment->call != NULL ? moment->call->count : 0;
	seen.list[seen.count++] = *moment;
}

static struct timeline *start(void)
{
	struct timeline *timeline = timeline_new(&ns_clock, NULL, see, NULL);

	cr_assert_not_null(timeline);
	seen.count = 0;
	return timeline;
}

static void feed(struct timeline *timeline, const union record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		timeline_record(timeline, &records[i]);
}

static void expect_moment(unsigned number, enum moment_kind kind, uint64_t ns)
{
	cr_assert_lt(number, seen.count);
	cr_assert_eq(seen.list[number].kind, kind, "moment %u is of kind %d", number, seen.list[number].kind);
	cr_assert_eq(seen.list[number].ns, ns, "moment %u is at %lu", number, seen.list[number].ns);
}

Test(export_timeline, entries_exits_and_events_stand_in_order)
{
	const union record records[] = {
		exit_at(11, 21, 0),
		event_at(41, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0),
		exit_at(31, 51, 3),
	};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	cr_assert_eq(timeline_end(timeline), 100000);
	cr_assert_eq(seen.count, 5);
	expect_moment(0, MOMENT_ENTRY, 10);
	expect_moment(1, MOMENT_EXIT, 20);
	cr_assert_eq(seen.list[1].guest_ns, 10);
	cr_assert_eq(seen.list[1].vmm_ns, 10);
	cr_assert(seen.list[1].handled);
	expect_moment(2, MOMENT_ENTRY, 30);
	cr_assert_eq(seen.list[2].sequence, 2);
	expect_moment(3, MOMENT_EVENT, 40);
	cr_assert_eq(seen.list[3].cpl, CPL_USER);
	cr_assert_eq(seen.list[3].pid, 7);
	expect_moment(4, MOMENT_EXIT, 50);
	cr_assert_not(seen.list[4].handled, "the last exit's end is not known");
	timeline_free(timeline);
}

Test(export_timeline, events_behind_the_last_exit_are_shown)
{
	const union record records[] = {
		exit_at(11, 21, 0),
		event_at(41, RINGSIDE_EVENT_SAVE, 1, 0, 0),
		event_at(51, RINGSIDE_EVENT_RESTORE, 2, 0, 0),
	};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.count, 5);
	expect_moment(1, MOMENT_EXIT, 20);
	cr_assert_eq(seen.list[1].vmm_ns, 20, "the guest had been entered when it wrote the event");
	expect_moment(2, MOMENT_ENTRY, 40);
	expect_moment(4, MOMENT_EVENT, 50);
	timeline_free(timeline);
}

Test(export_timeline, time_never_runs_backwards)
{
	const union record records[] = {
		exit_at(1000, 2000, 0),	   event_at(5, RINGSIDE_EVENT_SAVE, 1, 0, 0),
		exit_at(UINT64_MAX, 3, 0), exit_at(1, UINT64_MAX, 0),
		exit_at(7, 8, 3),	   exit_at(3001, 4001, 3),
	};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.count, 5 * 2 + 1, "no moment is missing");
	cr_assert_gt(timeline->disordered, 0);
	expect_moment(seen.count - 1, MOMENT_EXIT, 4000); /* one wrong time stamp does not change later ones */
	timeline_free(timeline);
}

Test(export_timeline, more_events_than_can_be_held_back)
{
	struct timeline *timeline = start();
	const unsigned events = TIMELINE_HELD_MAX + 50;

	for (unsigned i = 0; i < events; i++) {
		const union record record = event_at(100 + i, RINGSIDE_EVENT_SAVE, 1, i, 0);
		timeline_record(timeline, &record);
	}
	const union record last = exit_at(2, 100 + events, 0);
	timeline_record(timeline, &last);
	timeline_end(timeline);
	cr_assert_eq(seen.count, events + 2);
	expect_moment(0, MOMENT_ENTRY, 99);
	expect_moment(events + 1, MOMENT_EXIT, 99 + events);
	timeline_free(timeline);
}

Test(export_timeline, a_doorbell_changes_no_ring)
{
	union record doorbell = exit_at(11, 41, 0);
	const union record before[] = {event_at(21, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0)};

	doorbell.exit.kind = RINGSIDE_EXIT_IO;
	doorbell.exit.address = RINGSIDE_PORT + RINGSIDE_REG_DOORBELL;
	const union record after[] = {doorbell, event_at(61, RINGSIDE_EVENT_SYSCALL, 7, 39, 0), exit_at(51, 71, 0)};
	struct timeline *timeline = start();
	feed(timeline, before, COUNT(before));
	feed(timeline, after, COUNT(after));
	timeline_end(timeline);
	cr_assert_eq(seen.list[2].cpl, CPL_KERNEL, "the exit itself was at CPL 0");
	cr_assert_eq(seen.list[3].kind, MOMENT_ENTRY);
	cr_assert_eq(seen.list[3].cpl, CPL_USER, "the process continues at CPL 3");
	timeline_free(timeline);
}

Test(export_timeline, without_events_the_exit_tells_the_ring)
{
	const union record records[] = {exit_at(11, 21, 0), exit_at(31, 41, 3)};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.list[0].cpl, CPL_KERNEL);
	cr_assert_eq(seen.list[2].cpl, CPL_USER);
	timeline_free(timeline);
}

Test(export_timeline, a_call_is_shown_with_its_arguments)
{
	const union record records[] = {
		event_at(11, RINGSIDE_EVENT_SYSCALL, 7, RINGSIDE_SYS_write, 0),
		event_at(12, RINGSIDE_EVENT_ARGUMENTS, 7, 1, 0x1000),
		event_at(13, RINGSIDE_EVENT_ARGUMENTS, 7, 5, 0),
		exit_at(5, 21, 0),
	};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.list[1].record->event.kind, RECORD_EVENT + RINGSIDE_EVENT_SYSCALL);
	cr_assert_eq(seen.arguments[1], 3);
	timeline_free(timeline);
}

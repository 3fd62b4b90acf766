/* SPDX-License-Identifier: MIT */
/* Unit tests of the flight recorder, and of the clock that converts the TSC of records to times. */
#include <criterion/criterion.h>

#include "record/recorder.h"
#include "record/trace_clock.h"

static void append(struct recorder *recorder, uint64_t tsc, uint8_t kind)
{
	union record record = {.exit = {.tsc = tsc, .kind = kind}};

	recorder_append(recorder, &record);
}

Test(record, nothing_recorded)
{
	struct recorder recorder;

	memset(&recorder, 0xff, sizeof(recorder));
	recorder_init(&recorder);
	cr_assert_null(recorder_last(&recorder, 0));
	cr_assert_eq(recorder_exits(&recorder), 0);
}

/* The source has records of three times, and then of a fourth. */
static unsigned given, known;

static bool next_given(void *context, union record *record)
{
	(void)context;
	if (given == known)
		return false;
	*record = (union record){.event = {.tsc = 10 * ++given, .kind = RECORD_EVENT + RINGSIDE_EVENT_HOST_TOOK}};
	return true;
}

Test(record, records_of_a_source_are_put_where_their_time_is)
{
	struct recorder recorder;
	const uint64_t order[] = {5, 10, 12, 20, 21, 30, 30, 35, 40};

	recorder_init(&recorder);
	recorder.source = (struct record_source){next_given, NULL};
	known = 3;
	recorder_take_source(&recorder);
	append(&recorder, 5, RINGSIDE_EXIT_IO);
	append(&recorder, 12, RINGSIDE_EXIT_IO);
	append(&recorder, 21, RINGSIDE_EXIT_IO);
	append(&recorder, 30, RINGSIDE_EXIT_IO);
	append(&recorder, 35, RINGSIDE_EXIT_IO);
	known = 4;
	recorder_take_source(&recorder);
	recorder_take_source(&recorder); /* has been taken */
	recorder_append_due(&recorder, UINT64_MAX);
	cr_assert_eq(recorder.count, sizeof(order) / sizeof(order[0]));
	for (unsigned i = 0; i < recorder.count; i++)
		cr_expect_eq(recorder_last(&recorder, (unsigned)recorder.count - 1 - i)->exit.tsc, order[i]);
	cr_expect_eq(recorder_exits(&recorder), 5);
}

Test(record, last_counts_backwards)
{
	struct recorder recorder;

	recorder_init(&recorder);
	for (uint64_t tsc = 1; tsc <= 3; tsc++)
		append(&recorder, tsc, RINGSIDE_EXIT_IO);
	cr_assert_eq(recorder_last(&recorder, 0)->exit.tsc, 3);
	cr_assert_eq(recorder_last(&recorder, 2)->exit.tsc, 1);
	cr_assert_null(recorder_last(&recorder, 3));
}

Test(record, old_records_are_overwritten)
{
	struct recorder recorder;

	recorder_init(&recorder);
	for (uint64_t tsc = 1; tsc <= FLIGHT_RECORDER_SIZE + 7; tsc++)
		append(&recorder, tsc, RINGSIDE_EXIT_IO);
	cr_assert_eq(recorder_last(&recorder, 0)->exit.tsc, FLIGHT_RECORDER_SIZE + 7);
	cr_assert_eq(recorder_last(&recorder, FLIGHT_RECORDER_SIZE - 1)->exit.tsc, 8);
	cr_assert_null(recorder_last(&recorder, FLIGHT_RECORDER_SIZE));
}

Test(record, events_are_no_exits)
{
	struct recorder recorder;

	recorder_init(&recorder);
	append(&recorder, 1, RINGSIDE_EXIT_HLT);
	append(&recorder, 2, RECORD_EVENT + RINGSIDE_EVENT_RETURN);
	append(&recorder, 3, RINGSIDE_EXIT_LIMIT - 1);
	cr_assert_eq(recorder.count, 3);
	cr_assert_eq(recorder_exits(&recorder), 2);
	cr_assert(record_is_event(recorder_last(&recorder, 1)));
}

Test(record, clock_starts_at_zero)
{
	struct trace_clock clock = {.tsc_start = 1000, .tsc_khz = 2000000};

	cr_assert_eq(trace_clock_ns(&clock, 999), 0);
	cr_assert_eq(trace_clock_ns(&clock, 0), 0);
	cr_assert_eq(trace_clock_ns(&clock, 1000), 0);
	cr_assert_eq(trace_clock_ns(&clock, 3000), 1000);
}

Test(record, clock_is_right_for_any_tsc)
{
	struct trace_clock clock = {.tsc_start = 0, .tsc_khz = 1000000};
	struct trace_clock slow = {.tsc_start = 0, .tsc_khz = 1};
	const uint64_t day = UINT64_C(86400) * 1000000000;

	cr_assert_eq(trace_clock_ns(&clock, 100 * day), 100 * day);
	cr_assert_eq(trace_clock_ns(&clock, UINT64_MAX), UINT64_MAX);
	cr_assert_eq(trace_clock_ns(&slow, UINT64_MAX), UINT64_MAX, "a time that does not fit is UINT64_MAX");
}

/* A moment of the run is the first TSC that is not before it. */
Test(record, clock_is_found_back)
{
	struct trace_clock clock = {.tsc_start = 1000, .tsc_khz = 2399999};

	cr_assert_eq(trace_clock_tsc(&clock, 0), 1000);
	cr_assert_eq(trace_clock_tsc(&clock, UINT64_MAX), UINT64_MAX);
	cr_assert_eq(trace_clock_tsc(&clock, UINT64_MAX - 1), UINT64_MAX, "what does not fit");
	for (uint64_t ns = 1; ns < UINT64_MAX / 100; ns *= 7) {
		cr_assert_geq(trace_clock_ns(&clock, trace_clock_tsc(&clock, ns)), ns);
		cr_assert_lt(trace_clock_ns(&clock, trace_clock_tsc(&clock, ns) - 1), ns);
	}
}

Test(record, clock_never_goes_back)
{
	struct trace_clock clock = {.tsc_start = 0, .tsc_khz = 2399999};
	uint64_t border = UINT64_MAX / 1000000; /* where the conversion changes its method */

	for (uint64_t tsc = border - 1000; tsc < border + 1000; tsc++)
		cr_assert_leq(trace_clock_ns(&clock, tsc), trace_clock_ns(&clock, tsc + 1));
}

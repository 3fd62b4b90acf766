/* SPDX-License-Identifier: MIT */
/* The timeline and the lanes that exporters are given: complete, in order, whatever the records say. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "ringside/device.h"
#include "trace/cpl.h"
#include "trace/export_lanes.h"
#include "trace/export_timeline.h"

/* A tick is a nanosecond. */
static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .tsc_end = 100001};
static const struct trace_clock unfinished_clock = {.tsc_start = 1, .tsc_khz = 1000000};

static union record exit_at(uint64_t entry, uint64_t tsc, uint8_t cpl)
{
	return (union record){.exit = {.tsc = tsc, .entry = entry, .kind = RINGSIDE_EXIT_HLT, .cpl_size = cpl}};
}

static union record event_at(uint64_t tsc, enum ringside_event event, uint32_t pid, uint64_t a, uint64_t b)
{
	return (union record){
		.event = {.tsc = tsc, .a = a, .b = b, .pid = pid, .kind = (uint8_t)(RECORD_EVENT + event)}};
}

/* ---- the timeline -------------------------------------------------------------------------------------------- */

enum { SEEN_MAX = TIMELINE_HELD_MAX + 100 };

static struct seen {
	unsigned count;
	struct moment list[SEEN_MAX];
	unsigned arguments[SEEN_MAX]; /* of the call of each */
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void expect_moment(unsigned number, enum moment_kind kind, uint64_t ns)
{
	cr_assert_lt(number, seen.count);
	cr_assert_eq(seen.list[number].kind, kind, "moment %u is of kind %d", number, seen.list[number].kind);
	cr_assert_eq(seen.list[number].ns, ns, "moment %u is at %lu", number, seen.list[number].ns);
}

Test(export, entries_exits_and_events_stand_in_order)
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

Test(export, events_behind_the_last_exit_are_shown)
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

Test(export, time_never_runs_backwards)
{
	const union record records[] = {
		exit_at(1000, 2000, 0),	   event_at(5, RINGSIDE_EVENT_SAVE, 1, 0, 0),
		exit_at(UINT64_MAX, 3, 0), exit_at(1, UINT64_MAX, 0),
		exit_at(7, 8, 3),	   exit_at(3001, 4001, 3),
	};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.count, 5 * 2 + 1, "nothing is left out");
	cr_assert_gt(timeline->disordered, 0);
	expect_moment(seen.count - 1, MOMENT_EXIT, 4000); /* a wild time stamp takes none that follow with it */
	timeline_free(timeline);
}

Test(export, more_events_than_can_be_held_back)
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

Test(export, a_doorbell_changes_no_ring)
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
	cr_assert_eq(seen.list[3].cpl, CPL_USER, "the process goes on");
	timeline_free(timeline);
}

Test(export, without_events_the_exit_tells_the_ring)
{
	const union record records[] = {exit_at(11, 21, 0), exit_at(31, 41, 3)};
	struct timeline *timeline = start();

	feed(timeline, records, COUNT(records));
	timeline_end(timeline);
	cr_assert_eq(seen.list[0].cpl, CPL_KERNEL);
	cr_assert_eq(seen.list[2].cpl, CPL_USER);
	timeline_free(timeline);
}

Test(export, a_call_is_shown_with_its_arguments)
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

/* ---- the lanes ----------------------------------------------------------------------------------------------- */

/* What a viewer would draw: checks that lanes are used properly and adds them up. */
static struct {
	bool open;
	struct lane lane;
	uint64_t since;
	uint64_t busy[LANE_PROCESS + 1];
	uint64_t counted[COUNTER_COUNT];
	unsigned records, begun, ended;
	char last_label[LAYOUT_SIZE + 1];
} drawn;

static const char *const no_environment = "";

static void draw_begin(struct export *export, const struct lane *lane, uint64_t ns, const struct label *label,
		       const struct moment *moment)
{
	struct layout text;

	cr_assert_not(drawn.open, "a slice begins in another");
	cr_assert_lt(label_id(label), LABEL_IDS);
	layout_start(&text, false);
	label_text(export, label, &text);
	cr_assert_gt(text.length, 0);
	memcpy(drawn.last_label, text.text, text.length);
	drawn.last_label[text.length] = '\0';
	drawn.open = true;
	drawn.lane = *lane;
	drawn.since = ns;
	drawn.begun++;
	drawn.records += moment != NULL;
}

static void draw_end(struct export *export, const struct lane *lane, uint64_t ns)
{
	(void)export;
	cr_assert(drawn.open);
	cr_assert_eq(drawn.lane.kind, lane->kind);
	cr_assert_geq(ns, drawn.since);
	drawn.busy[lane->kind] += ns - drawn.since;
	drawn.open = false;
	drawn.ended++;
}

static void draw_instant(struct export *export, const struct lane *lane, const struct label *label,
			 const struct moment *moment)
{
	(void)export, (void)label;
	cr_assert(drawn.open && drawn.lane.kind == lane->kind, "an instant where nothing runs");
	cr_assert_geq(moment->ns, drawn.since);
	drawn.records++;
}

static void draw_counter(struct export *export, enum counter counter, uint64_t ns, uint64_t value)
{
	(void)export, (void)ns;
	drawn.counted[counter] += value;
}

static const struct lane_format drawing = {draw_begin, draw_end, draw_instant, draw_counter};
static struct lanes lanes;
static struct export drawing_export;

static void draw(void *context, const struct moment *moment)
{
	(void)context;
	lanes_moment(&drawing_export, &lanes, &drawing, moment);
}

static struct timeline *start_drawing(const struct trace_clock *clock, struct symbols *symbols)
{
	struct timeline *timeline = timeline_new(clock, symbols, draw, NULL);

	memset(&drawn, 0, sizeof(drawn));
	memset(&lanes, 0, sizeof(lanes));
	drawing_export = (struct export){.clock = clock, .symbols = symbols, .environment = no_environment};
	return timeline;
}

static uint64_t end_drawing(struct timeline *timeline)
{
	uint64_t end = timeline_end(timeline);

	lanes_end(&drawing_export, &lanes, &drawing, end);
	timeline_free(timeline);
	cr_assert_not(drawn.open, "a slice is left open");
	return end;
}

Test(export, lanes_add_up_to_the_run)
{
	const union record records[] = {
		exit_at(1, 101, 0),
		event_at(301, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0),
		event_at(601, RINGSIDE_EVENT_SYSCALL, 7, RINGSIDE_SYS_getpid, 0),
		exit_at(201, 1001, 0),
	};
	struct symbols *symbols = symbols_new();
	struct timeline *timeline = start_drawing(&ns_clock, symbols);

	feed(timeline, records, COUNT(records));
	uint64_t end = end_drawing(timeline);
	cr_assert_eq(drawn.busy[LANE_PROCESS], 300);
	cr_assert_eq(drawn.busy[LANE_KERNEL], 100 + 100 + 400);
	cr_assert_eq(drawn.busy[LANE_VMM], 100 + (end - 1000), "handling is inside the interval shown");
	cr_assert_eq(drawn.records, COUNT(records));
	symbols_free(symbols);
}

Test(export, ring_0_is_named_after_its_work)
{
	const union record trap[] = {event_at(11, RINGSIDE_EVENT_SYSCALL, 7, RINGSIDE_SYS_write, 0), exit_at(1, 21, 0),
				     exit_at(31, 41, 0)};
	const union record switched[] = {event_at(61, RINGSIDE_EVENT_RESTORE, 8, 0, 0), exit_at(51, 71, 0),
					 exit_at(81, 91, 0)};
	struct symbols *symbols = symbols_new();
	struct timeline *timeline = start_drawing(&ns_clock, symbols);

	feed(timeline, trap, 2);
	cr_assert_str_eq(drawn.last_label, "write");
	feed(timeline, trap + 2, 1);
	cr_assert_str_eq(drawn.last_label, "write", "it goes on with the same after an exit");
	feed(timeline, switched, COUNT(switched));
	cr_assert_str_eq(drawn.last_label, "restore", "another process was in no call");
	end_drawing(timeline);
	symbols_free(symbols);
}

/* Records with anything in them, of the kinds a reader delivers. */
static union record random_record(uint64_t *tsc)
{
	union record record;
	unsigned char bytes[sizeof(record)];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(rand() % 4 == 0 ? rand() : 0);
	memcpy(&record, bytes, sizeof(record));
	if (rand() % 8 != 0)
		record.exit.tsc = *tsc += (uint64_t)rand() % 3000000;
	if (rand() % 2 == 0) {
		record.event.kind = (uint8_t)(RECORD_EVENT + rand() % RINGSIDE_EVENT_COUNT);
		record.event.pid = rand() % 4 == 0 ? record.event.pid : (uint32_t)(rand() % 5);
	} else {
		record.exit.kind = (uint8_t)(rand() % RINGSIDE_EXIT_LIMIT);
		if (rand() % 8 != 0)
			record.exit.entry = *tsc - (uint64_t)rand() % 1000;
	}
	return record;
}

Test(export, lanes_are_proper_whatever_the_records)
{
	struct symbols *symbols = symbols_new();

	srand(1);
	for (unsigned run = 0; run < 200; run++) {
		struct timeline *timeline = start_drawing(run % 2 == 0 ? &unfinished_clock : &ns_clock, symbols);
		uint64_t tsc = 1;
		for (unsigned i = 0; i < 500; i++) {
			const union record record = random_record(&tsc);
			timeline_record(timeline, &record);
		}
		end_drawing(timeline);
		cr_assert_eq(drawn.records, 500);
		cr_assert_eq(drawn.begun, drawn.ended);
		cr_assert_gt(drawn.counted[COUNTER_EXITS] + drawn.counted[COUNTER_EVENTS], 0);
	}
	symbols_free(symbols);
}

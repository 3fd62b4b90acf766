/* SPDX-License-Identifier: MIT */
/* Unit tests of lanes: for any records one lane is busy at any moment, and its label says what it does. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "records.h"
#include "ringside/device.h"
#include "text/place.h"
#include "tools/trace/export/export_lanes.h"
#include "tools/trace/export/export_timeline.h"

static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .tsc_end = 100001};
static const struct trace_clock unfinished_clock = {.tsc_start = 1, .tsc_khz = 1000000};

/* What a viewer would draw: checks that slices do not overlap and sums the busy time of each lane. */
static struct {
	bool open;
	struct lane lane;
	uint64_t since;
	uint64_t busy[LANE_AWAY + 1];
	uint64_t counted[COUNTER_COUNT];
	unsigned records, begun, ended;
	char last_label[LAYOUT_SIZE + 1];
} drawn;

static const char *const no_environment = "";

static void draw_begin(struct export *export, const struct lane *lane, uint64_t ns, const struct label *label,
		       const struct moment *moment)
{
	struct layout text;

	cr_assert_not(drawn.open, "a slice begins inside another slice");
	cr_assert_lt(label_id(label), LABEL_IDS);
	layout_start(&text, TTY_FILE);
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
	cr_assert(drawn.open && drawn.lane.kind == lane->kind, "an instant on a lane that is not busy");
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
	lanes_moment(&lanes, moment);
}

static struct timeline *start_drawing(const struct trace_clock *clock, struct symbols *symbols)
{
	struct timeline *timeline = timeline_new(clock, symbols, draw, NULL);

	memset(&drawn, 0, sizeof(drawn));
	drawing_export = (struct export){.clock = clock, .symbols = symbols, .environment = no_environment};
	lanes_start(&lanes, &drawing_export, &drawing);
	return timeline;
}

static uint64_t end_drawing(struct timeline *timeline)
{
	uint64_t end = timeline_end(timeline);

	lanes_end(&lanes, end);
	timeline_free(timeline);
	cr_assert_not(drawn.open, "a slice is left open");
	return end;
}

static void feed(struct timeline *timeline, const union record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		timeline_record(timeline, &records[i]);
}

Test(export_lanes, lanes_add_up_to_the_run)
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

/* The guest sleeps for 200 ns, and the host takes the CPU once from the VMM and once from the guest. */
Test(export_lanes, idle_time_and_the_hosts_are_on_a_lane_of_their_own)
{
	union record records[] = {
		exit_at(1, 101, 0),
		event_at(391, RINGSIDE_EVENT_HOST_TOOK, 0, 40, 40),
		event_at(601, RINGSIDE_EVENT_HOST_TOOK, 0, 100, 100),
		exit_at(401, 1001, 0),
	};
	struct symbols *symbols = symbols_new();
	struct timeline *timeline = start_drawing(&ns_clock, symbols);

	records[0].exit.flags = RECORD_WAITED;
	records[0].exit.address = 111;
	records[0].exit.value = 200;
	feed(timeline, records, COUNT(records));
	uint64_t end = end_drawing(timeline);
	cr_assert_eq(drawn.busy[LANE_AWAY], 200 + 40 + 100);
	cr_assert_eq(drawn.busy[LANE_KERNEL], 100 + 500);
	cr_assert_eq(drawn.busy[LANE_VMM], 300 - 240 + (end - 1000));
	cr_assert_eq(drawn.records, COUNT(records));
	symbols_free(symbols);
}

Test(export_lanes, ring_0_is_named_after_its_work)
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
	cr_assert_str_eq(drawn.last_label, "write", "the call continues after an exit");
	feed(timeline, switched, COUNT(switched));
	cr_assert_str_eq(drawn.last_label, "restore", "the other process is in no call");
	end_drawing(timeline);
	symbols_free(symbols);
}

/* Returns a record with random contents, of a kind that a reader delivers. */
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

Test(export_lanes, lanes_are_proper_whatever_the_records)
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

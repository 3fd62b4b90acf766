/* SPDX-License-Identifier: MIT */
/* Unit tests of lanes: for any records one lane is busy at any moment, and its label says what it does. */
#include <criterion/criterion.h>
#include <stdio.h>
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
	uint64_t since, until;
	uint64_t busy[SHARE_COUNT];
	uint64_t counted[COUNTER_COUNT];
	unsigned records, begun, ended;
	uint64_t inside[2];			 /* of the last slice inside others: from, to */
	uint64_t flow_begins[16], flow_ends[16]; /* ns, by number; 0 = not */
	char labels[1 << 16];			 /* of all slices, a space behind each */
} drawn;

static const char *const no_environment = "";

/* The flows by when they begin and end. */
static void note_flows(const struct lane_flows *flows, uint64_t ns)
{
	if (flows->begun != 0 && flows->begun < COUNT(drawn.flow_begins))
		drawn.flow_begins[flows->begun] = ns;
	for (unsigned i = 0; i < FLOWS_ENDED_MAX; i++)
		if (flows->ended[i] != 0 && flows->ended[i] < COUNT(drawn.flow_ends))
			drawn.flow_ends[flows->ended[i]] = ns;
}

static void draw_begin(struct export *export, const struct lane_slice *slice)
{
	struct layout text;

	cr_assert_not(drawn.open, "a slice begins inside another slice");
	cr_assert_eq(slice->since, drawn.until, "a gap");
	cr_assert_lt(label_id(&slice->label), LABEL_IDS);
	layout_start(&text, TTY_FILE);
	label_text(export, &slice->label, &text);
	cr_assert_gt(text.length, 0);
	snprintf(drawn.labels + strlen(drawn.labels), sizeof(drawn.labels) - strlen(drawn.labels), "%.*s ",
		 (int)text.length, text.text);
	drawn.open = true;
	drawn.lane = slice->lane;
	drawn.since = slice->since;
	drawn.begun++;
	note_flows(&slice->flows, slice->since);
	drawn.records += slice->moment != NULL;
}

static void draw_end(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	(void)export;
	cr_assert(drawn.open);
	cr_assert_eq(drawn.lane.share, slice->lane.share);
	cr_assert_eq(drawn.since, slice->since);
	cr_assert_gt(ns, drawn.since);
	drawn.busy[slice->lane.share] += ns - drawn.since;
	drawn.until = ns;
	drawn.open = false;
	drawn.ended++;
}

static void draw_instant(struct export *export, const struct lane *lane, const struct label *label,
			 const struct moment *moment, const struct lane_flows *flows)
{
	(void)export, (void)label, (void)lane;
	note_flows(flows, moment->ns);
	cr_assert_geq(moment->ns, drawn.since);
	drawn.records++;
}

static void draw_counter(struct export *export, enum counter counter, uint64_t ns, uint64_t value)
{
	(void)export, (void)ns;
	drawn.counted[counter] += value;
}

static void draw_inside(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	struct layout text;

	layout_start(&text, TTY_FILE);
	label_text(export, &slice->label, &text);
	cr_assert_gt(text.length, 0);
	cr_assert_eq((unsigned)slice->lane.share, LANE_KVM);
	cr_assert_leq(slice->since, ns);
	snprintf(drawn.labels + strlen(drawn.labels), sizeof(drawn.labels) - strlen(drawn.labels), "%.*s ",
		 (int)text.length, text.text);
	drawn.inside[0] = slice->since;
	drawn.inside[1] = ns;
	drawn.records++;
}

static const struct lane_format drawing = {draw_begin, draw_end, draw_instant, draw_counter, draw_inside};
static struct lanes lanes;
static struct export drawing_export;
static struct accounting accounting;
static struct timeline *timeline;

static void draw(void *context, const struct moment *moment)
{
	(void)context;
	lanes_moment(&lanes, moment);
}

static void take_slice(void *context, const struct time_slice *slice)
{
	(void)context;
	lanes_slice(&lanes, slice);
}

static void take_record(void *context, const union record *record, unsigned cpl)
{
	(void)context, (void)cpl;
	timeline_record(timeline, record);
}

static void start_drawing(const struct trace_clock *clock, struct symbols *symbols)
{
	const struct file_header header = {.clock = *clock};

	timeline = timeline_new(clock, symbols, draw, NULL);
	memset(&drawn, 0, sizeof(drawn));
	drawing_export = (struct export){.clock = clock, .symbols = symbols, .environment = no_environment};
	lanes_start(&lanes, &drawing_export, &drawing);
	accounting_start(&accounting, &header, (struct accounting_sink){take_slice, take_record, NULL});
}

static uint64_t end_drawing(void)
{
	accounting_end(&accounting);
	accounting_free(&accounting);
	uint64_t end = timeline_end(timeline);

	lanes_end(&lanes, end);
	timeline_free(timeline);
	cr_assert_not(drawn.open, "a slice is left open");
	return end;
}

static void feed(const union record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		accounting_record(&accounting, &records[i]);
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
	start_drawing(&ns_clock, symbols);

	feed(records, COUNT(records));
	uint64_t end = end_drawing();
	cr_assert_eq(drawn.busy[SHARE_USER], 300);
	cr_assert_eq(drawn.busy[SHARE_KERNEL], 100 + 100 + 400);
	cr_assert_eq(drawn.busy[SHARE_VMM], 100 + (end - 1000), "handling is inside the interval shown");
	cr_assert_eq(drawn.records, COUNT(records));
	symbols_free(symbols);
}

/* The guest sleeps for 200 ns, and the host takes the CPU once from the VMM and once from the guest. */
Test(export_lanes, idle_time_and_the_hosts_are_on_lanes_of_their_own)
{
	union record records[] = {
		exit_at(1, 101, 0),
		event_at(391, RINGSIDE_EVENT_HOST_TOOK, 0, 40, 40),
		event_at(601, RINGSIDE_EVENT_HOST_TOOK, 0, 100, 100),
		exit_at(401, 1001, 0),
	};
	struct symbols *symbols = symbols_new();
	start_drawing(&ns_clock, symbols);

	records[0].exit.flags = RECORD_WAITED;
	records[0].exit.address = 111;
	records[0].exit.value = 200;
	feed(records, COUNT(records));
	uint64_t end = end_drawing();
	cr_assert_eq(drawn.busy[SHARE_IDLE], 200);
	cr_assert_eq(drawn.busy[SHARE_HOST], 40 + 100);
	cr_assert_eq(drawn.busy[SHARE_KERNEL], 100 + 500);
	cr_assert_eq(drawn.busy[SHARE_VMM], 300 - 240 + (end - 1000));
	cr_assert_eq(drawn.records, COUNT(records));
	symbols_free(symbols);
}

enum { KVM_CPUID = 9 }; /* the row of CPUID in ringside/kvm_exits.h */

/* It changes nothing of the other lanes: the guest's time is that of `vmm trace stat`. */
Test(export_lanes, an_exit_inside_kvm_is_drawn_beside_the_guests_time)
{
	union record records[] = {
		exit_at(1, 101, 0),	event_at(601, RINGSIDE_EVENT_KVM_EXIT, 0, 0x1000, KVM_CPUID),
		exit_at(401, 1001, 0),	event_at(1101, RINGSIDE_EVENT_KVM_EXIT, 0, 0x1000, UINT64_MAX),
		exit_at(1051, 1201, 0),
	};
	struct symbols *symbols = symbols_new();

	start_drawing(&ns_clock, symbols);
	records[1].event.ns = 50;
	feed(records, 3);
	cr_expect_eq(drawn.inside[0], 550);
	cr_expect_eq(drawn.inside[1], 600);
	cr_expect_not_null(strstr(drawn.labels, "CPUID (VMX 10)"), "%s", drawn.labels);
	records[3].event.ns = UINT64_MAX;
	feed(records + 3, 2);
	end_drawing();
	cr_expect_eq(drawn.inside[0], 0, "a time before the run");
	cr_expect_eq(drawn.busy[SHARE_KERNEL], 100 + 600 + 150);
	cr_expect_eq(drawn.records, COUNT(records));
	symbols_free(symbols);
}

/*
 * A process runs, and then an exit finds the kernel, which has not told how it got there. Which of the time between is
 * whose nobody knows.
 */
Test(export_lanes, time_of_which_the_ring_is_not_told_is_on_a_lane_of_its_own)
{
	const union record records[] = {
		exit_at(1, 101, 0),	event_at(301, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0),
		exit_at(201, 1001, 0),	event_at(1601, RINGSIDE_EVENT_SYSCALL, 7, RINGSIDE_SYS_getpid, 0),
		exit_at(1101, 2001, 0),
	};
	struct symbols *symbols = symbols_new();

	start_drawing(&ns_clock, symbols);
	feed(records, COUNT(records));
	const uint64_t end = end_drawing();
	cr_assert_eq(drawn.busy[SHARE_UNTOLD], 700 + 500);
	cr_assert_eq(drawn.busy[SHARE_USER], 0);
	cr_assert_eq(drawn.busy[SHARE_KERNEL], 100 + 100 + 400);
	cr_assert_eq(drawn.busy[SHARE_VMM], 100 + 100 + (end - 2000));
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
	start_drawing(&ns_clock, symbols);

	feed(trap, COUNT(trap));
	feed(switched, COUNT(switched));
	end_drawing();
	cr_assert_str_eq(drawn.labels, "boot write HLT write HLT write restore HLT restore HLT ",
			 "a call goes on after an exit; the other process is in no call");
	symbols_free(symbols);
}

/* Process 7 calls the kernel, wakes 8, yields to it and gets the CPU back. */
Test(export_lanes, flows_lead_from_a_cause_to_what_follows)
{
	const union record records[] = {
		exit_at(1, 2, 0),
		event_at(101, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0),
		event_at(201, RINGSIDE_EVENT_SYSCALL, 7, RINGSIDE_SYS_sched_yield, 0),
		event_at(301, RINGSIDE_EVENT_WAKE, 8, 7, RINGSIDE_WAKE_FILE),
		event_at(401, RINGSIDE_EVENT_SWITCH, 7, 8, RINGSIDE_SWITCH_YIELD),
		event_at(501, RINGSIDE_EVENT_RESTORE, 8, 0, 0),
		event_at(601, RINGSIDE_EVENT_SWITCH, 8, 7, RINGSIDE_SWITCH_FILE),
		event_at(701, RINGSIDE_EVENT_RESTORE, 7, 0, 0),
		event_at(801, RINGSIDE_EVENT_RETURN, 7, 0x1000, 0),
		exit_at(11, 901, 3),
	};
	static const struct {
		uint64_t begins, ends;
	} flows[] = {{200, 800}, {300, 500}, {400, 500}, {600, 700}};
	struct symbols *symbols = symbols_new();

	start_drawing(&ns_clock, symbols);
	feed(records, COUNT(records));
	end_drawing();
	for (unsigned i = 0; i < COUNT(flows); i++) {
		cr_assert_eq(drawn.flow_begins[i + 1], flows[i].begins);
		cr_assert_eq(drawn.flow_ends[i + 1], flows[i].ends);
	}
	cr_assert_eq(lanes.flows, COUNT(flows));
	cr_assert_eq(drawn.counted[COUNTER_READY], 1 + 2 + 1, "8; 7 and 8; 7; then none");
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
		start_drawing(run % 2 == 0 ? &unfinished_clock : &ns_clock, symbols);
		uint64_t tsc = 1;
		for (unsigned i = 0; i < 500; i++) {
			const union record record = random_record(&tsc);
			accounting_record(&accounting, &record);
		}
		end_drawing();
		uint64_t busy = 0;
		for (unsigned share = 0; share < SHARE_COUNT; share++)
			busy += drawn.busy[share];
		cr_assert_eq(busy, trace_clock_ns(drawing_export.clock, accounting.now), "all time that was given");
		cr_assert_eq(drawn.records, 500);
		cr_assert_eq(drawn.begun, drawn.ended);
		cr_assert_gt(drawn.counted[COUNTER_EXITS] + drawn.counted[COUNTER_EVENTS], 0);
	}
	symbols_free(symbols);
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of the 8254 and port 61h, by its ports, its interrupt line, and a clock that the test moves. */
#include <criterion/criterion.h>

#include "base/array.h"
#include "base/units.h"
#include "devices/devices.h"

enum { TIMER = 0x40, REFRESH, SPEAKER, CONTROL, SYSTEM = 0x61 };
enum { LOW_HIGH = 0x30, LOW = 0x10, HIGH = 0x20, BCD = 1, STATUS_OUT = 0x80, STATUS_NULL = 0x40 };

/* The clock does not start at 0, so that mixing up absolute and relative times makes a test fail. */
#define EPOCH UINT64_C(5000000000123)

static struct pit pit;
static struct bus bus;
static uint64_t now, alarm_at;
static unsigned alarms, edges;
static bool level;

static uint64_t clock_now(void *owner)
{
	(void)owner;
	return now;
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	(void)owner;
	cr_assert_neq(deadline, alarm_at, "the alarm is set only when the deadline changes");
	alarm_at = deadline;
	alarms++;
}

static void on_line(void *controller, unsigned input, bool high)
{
	(void)controller;
	cr_assert_eq(input, 0);
	edges += high && !level;
	level = high;
}

static const struct clock clock_source = {.now = clock_now, .alarm = clock_alarm};

static void setup(void)
{
	struct error error;
	now = EPOCH;
	alarm_at = CLOCK_NEVER;
	bus_init(&bus, "port");
	pit_device.init(&pit, &(struct device_wiring){.line = {on_line, NULL, 0}, .clock = &clock_source});
	cr_assert_eq(device_attach(&pit_device, &pit, &bus, NULL, &error), 0);
}

static void out(unsigned port, unsigned value)
{
	cr_assert(bus_write(&bus, port, 1, value));
}

static uint8_t in(unsigned port)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, 1, &value));
	return (uint8_t)value;
}

static uint16_t in_count(unsigned port)
{
	uint8_t low = in(port);
	return (uint16_t)(low | in(port) << 8);
}

static uint8_t status(unsigned counter)
{
	out(CONTROL, 0xe0 | 2u << counter);
	return in(TIMER + counter);
}

/* The first nanosecond of tick `ticks` after the epoch, computed in another way than the device computes it. */
static uint64_t at_tick(uint64_t ticks)
{
	uint64_t seconds = ticks / PIT_FREQUENCY, rest = ticks % PIT_FREQUENCY;
	return EPOCH + seconds * NS_PER_SECOND + (rest * NS_PER_SECOND + PIT_FREQUENCY - 1) / PIT_FREQUENCY;
}

static void go_to(uint64_t ticks)
{
	now = at_tick(ticks);
}

/* Programs a counter at the current tick; the counter loads the count at the next tick. */
static void program(unsigned counter, unsigned mode, unsigned count)
{
	out(CONTROL, counter << 6 | LOW_HIGH | mode << 1);
	out(TIMER + counter, count & 0xff);
	out(TIMER + counter, count >> 8);
}

static void gate(bool high)
{
	out(SYSTEM, high);
}

static bool speaker_out(void)
{
	return in(SYSTEM)&0x20;
}

TestSuite(pit, .init = setup);

/* ---- modes: how each counts and sets OUT, and the effects of a new count and of the gate ---- */

Test(pit, a_count_of_0_is_65536)
{
	program(0, 2, 0);
	cr_assert_eq(alarm_at, at_tick(1 + 65536));
	go_to(1 + 1);
	cr_assert_eq(in_count(TIMER), 65535);
}

Test(pit, mode_0_counts_on_below_zero)
{
	program(0, 0, 100);
	go_to(1 + 40);
	cr_assert_eq(in_count(TIMER), 60);
	cr_assert_eq(status(0), LOW_HIGH);
	go_to(1 + 103);
	cr_assert_eq(in_count(TIMER), 65533);
	cr_assert_eq(status(0), STATUS_OUT | LOW_HIGH);
}

Test(pit, mode_4_strobes_once)
{
	program(0, 4, 10);
	cr_assert_eq(alarm_at, at_tick(1 + 11), "OUT rises at the end of the strobe");
	go_to(1 + 9);
	cr_assert(status(0) & STATUS_OUT);
	go_to(1 + 10);
	cr_assert_not(status(0) & STATUS_OUT);
	go_to(1 + 11);
	cr_assert(status(0) & STATUS_OUT);
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(alarm_at, CLOCK_NEVER);
}

Test(pit, mode_2_count_and_out)
{
	program(0, 2, 4);
	static const uint8_t counts[] = {4, 3, 2, 1, 4, 3};
	for (unsigned i = 0; i < 6; i++) {
		go_to(1 + i);
		cr_assert_eq(in_count(TIMER), counts[i]);
		cr_assert_eq((status(0) & STATUS_OUT) != 0, counts[i] != 1);
	}
}

Test(pit, mode_3_counts_by_two)
{
	static const uint8_t even[] = {6, 4, 2, 6, 4, 2, 6}, odd[] = {4, 2, 0, 4, 2, 4, 2};
	program(0, 3, 6);
	for (unsigned i = 0; i < 7; i++) {
		go_to(1 + i);
		cr_assert_eq(in_count(TIMER), even[i], "even, tick %u", i);
		cr_assert_eq((status(0) & STATUS_OUT) != 0, i % 6 < 3);
	}
	go_to(99);
	program(0, 3, 5);
	for (unsigned i = 0; i < 7; i++) {
		go_to(100 + i);
		cr_assert_eq(in_count(TIMER), odd[i], "odd, tick %u", i);
		cr_assert_eq((status(0) & STATUS_OUT) != 0, i % 5 < 3);
	}
}

Test(pit, a_new_count_in_mode_2_waits_for_the_period)
{
	program(0, 2, 1000);
	go_to(1 + 2500);
	pit_advance(&pit);
	unsigned before = alarms;
	out(TIMER, 0xf4); /* count 500, low byte first */
	out(TIMER, 0x01);
	cr_assert_eq(alarms, before, "the current period is not changed");
	cr_assert(status(0) & STATUS_NULL);
	cr_assert_eq(in_count(TIMER), 500);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert_eq(alarm_at, at_tick(1 + 3000 + 500));
	cr_assert_not(status(0) & STATUS_NULL);
	go_to(1 + 3000 + 5 * 500);
	pit_advance(&pit);
	cr_assert_eq(pit.raised + pit.coalesced, 3 + 5);
}

Test(pit, a_new_count_in_mode_3_waits_for_the_half_cycle)
{
	program(0, 3, 1000);
	go_to(1 + 200);
	out(TIMER, 0x90); /* count 400, low byte first */
	out(TIMER, 0x01);
	cr_assert_eq(alarm_at, at_tick(1 + 500 + 200), "low for half of the new count");
	go_to(1 + 499);
	cr_assert(status(0) & STATUS_OUT);
	go_to(1 + 500);
	cr_assert_not(status(0) & STATUS_OUT);
	cr_assert_eq(in_count(TIMER), 400);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert_eq(alarm_at, at_tick(1 + 700 + 400));

	setup();
	program(0, 3, 1000);
	go_to(1 + 700);
	out(TIMER, 100);
	out(TIMER, 0);
	cr_assert_eq(alarm_at, at_tick(1 + 1000), "the alarm is the end of the period");
}

Test(pit, a_mode_write_restarts)
{
	program(0, 2, 1000);
	go_to(700);
	program(0, 2, 1000);
	cr_assert_eq(alarm_at, at_tick(701 + 1000));
	go_to(5000);
	out(CONTROL, LOW_HIGH | 2 << 1);
	cr_assert_eq(alarm_at, CLOCK_NEVER, "the counter stops until there is a count");
	cr_assert_eq(pit.raised + pit.coalesced, 4, "interrupts that were due have been raised or coalesced");
}

Test(pit, modes_6_and_7_are_2_and_3)
{
	out(CONTROL, LOW | 7 << 1);
	out(TIMER, 6);
	go_to(1 + 1);
	cr_assert_eq(in(TIMER), 4);
	cr_assert_eq(status(0) & 0x3f, LOW | 7 << 1, "the status gives the control word as written");
}

Test(pit, gate_holds_a_one_shot)
{
	program(2, 0, 100);
	go_to(50);
	cr_assert_eq(in_count(SPEAKER), 100, "loaded, but not counting");
	gate(true);
	go_to(50 + 30);
	cr_assert_eq(in_count(SPEAKER), 70);
	gate(false);
	go_to(500);
	cr_assert_eq(in_count(SPEAKER), 70);
	cr_assert_not(speaker_out());
	gate(true);
	go_to(500 + 70);
	cr_assert(speaker_out());
}

Test(pit, gate_restarts_a_square_wave)
{
	gate(true);
	program(2, 3, 100);
	go_to(1 + 60);
	cr_assert_not(speaker_out());
	gate(false);
	cr_assert(speaker_out(), "a low gate forces OUT high");
	go_to(1000);
	gate(true);
	go_to(1001 + 49);
	cr_assert(speaker_out());
	go_to(1001 + 50);
	cr_assert_not(speaker_out());
}

Test(pit, gate_triggers_a_one_shot)
{
	program(2, 1, 100);
	go_to(500);
	cr_assert(speaker_out());
	cr_assert(status(2) & STATUS_NULL, "the count waits for the trigger");
	gate(true);
	go_to(501);
	cr_assert_not(speaker_out());
	cr_assert_not(status(2) & STATUS_NULL);
	go_to(550);
	gate(false);
	gate(true);
	go_to(551 + 99);
	cr_assert_not(speaker_out(), "the counter has been triggered again");
	go_to(551 + 100);
	cr_assert(speaker_out());
}

Test(pit, gate_triggers_a_strobe)
{
	program(2, 5, 10);
	gate(true);
	go_to(1 + 9);
	cr_assert(speaker_out());
	go_to(1 + 10);
	cr_assert_not(speaker_out());
	go_to(1 + 11);
	cr_assert(speaker_out());
}

/* ---- reading: counts and status as written, latched and read, and port 61h ---- */

Test(pit, access_modes)
{
	out(CONTROL, LOW | 2 << 1);
	out(TIMER, 0x80);
	cr_assert_eq(alarm_at, at_tick(1 + 0x80));
	go_to(1 + 1);
	cr_assert_eq(in(TIMER), 0x7f);
	cr_assert_eq(in(TIMER), 0x7f);

	out(CONTROL, HIGH | 2 << 1);
	out(TIMER, 0x80);
	cr_assert_eq(alarm_at, at_tick(3 + 0x8000));
	go_to(3 + 1);
	cr_assert_eq(in(TIMER), 0x7f);
	cr_assert_eq(in(TIMER), 0x7f);
}

Test(pit, latched_count_stays)
{
	program(0, 2, 0x1234);
	go_to(1 + 0x34);
	out(CONTROL, 0x00);
	go_to(1 + 0x100);
	out(CONTROL, 0x00); /* a second latch is ignored */
	cr_assert_eq(in(TIMER), 0x00);
	go_to(1 + 0x200);
	cr_assert_eq(in(TIMER), 0x12);
	cr_assert_eq(in_count(TIMER), 0x1034, "after the latched count the counter reads live again");
}

Test(pit, read_back)
{
	program(0, 2, 0x1234);
	program(1, 3, 0x4000);
	go_to(1 + 4);
	out(CONTROL, 0xc0 | 0x06); /* count and status of counters 0 and 1 */
	go_to(1 + 100);
	cr_assert_eq(in(TIMER), STATUS_OUT | LOW_HIGH | 2 << 1);
	cr_assert_eq(in_count(TIMER), 0x1230);
	cr_assert_eq(in(REFRESH), STATUS_OUT | LOW_HIGH | 3 << 1);
	cr_assert_eq(in_count(REFRESH), 0x3ff8);
	cr_assert_eq(in_count(REFRESH), 0x4000 - 200);
	out(CONTROL, 0xd0 | 0x02); /* count only */
	cr_assert_eq(in_count(TIMER), 0x1234 - 100);
}

Test(pit, status_shows_null_count)
{
	out(CONTROL, LOW_HIGH | 2 << 1);
	cr_assert(status(0) & STATUS_NULL);
	out(TIMER, 100);
	out(TIMER, 0);
	cr_assert(status(0) & STATUS_NULL, "the count is loaded by the next tick");
	go_to(1);
	cr_assert_not(status(0) & STATUS_NULL);
}

Test(pit, bcd)
{
	out(CONTROL, LOW_HIGH | 2 << 1 | BCD);
	out(TIMER, 0x00);
	out(TIMER, 0x10);
	cr_assert_eq(alarm_at, at_tick(1 + 1000));
	go_to(1 + 1);
	cr_assert_eq(in_count(TIMER), 0x0999);
	go_to(500);
	out(CONTROL, LOW_HIGH | 2 << 1 | BCD);
	out(TIMER, 0);
	out(TIMER, 0);
	cr_assert_eq(alarm_at, at_tick(501 + 10000));
	out(CONTROL, LOW_HIGH | 0 << 1 | BCD);
	out(TIMER, 1);
	out(TIMER, 0);
	go_to(501 + 3);
	cr_assert_eq(in_count(TIMER), 0x9998);
}

Test(pit, control_word_register_cannot_be_read)
{
	cr_assert_eq(in(CONTROL), 0xff);
}

Test(pit, port_61)
{
	cr_assert_eq(in(SYSTEM)&0xef, 0x20, "counter 2 idles high");
	out(SYSTEM, 0xff);
	cr_assert_eq(in(SYSTEM)&0xcf, 0x0f);
	unsigned changes = 0;
	uint8_t last = in(SYSTEM)&0x10;
	for (unsigned tick = 1; tick <= 1800; tick++) {
		go_to(tick);
		uint8_t refresh = in(SYSTEM)&0x10;
		changes += refresh != last;
		last = refresh;
	}
	cr_assert_eq(changes, 100, "a refresh every 18 ticks");
}

/* ---- interrupts: no drift, late ticks are coalesced, extreme rates are limited ---- */

Test(pit, no_alarm_before_it_is_programmed)
{
	pit_advance(&pit);
	out(CONTROL, LOW_HIGH | 2 << 1);
	out(TIMER, 0x10);
	cr_assert_eq(alarms, 0, "one byte of a count sets no alarm");
	out(TIMER, 0x27);
	cr_assert_eq(alarms, 1);
	cr_assert_eq(alarm_at, at_tick(1 + 0x2710));
}

Test(pit, periodic_interrupts_do_not_drift)
{
	program(0, 2, 11932);
	for (uint64_t n = 1; n <= 100000; n++) {
		cr_assert_eq(alarm_at, at_tick(1 + n * 11932), "edge %llu", (unsigned long long)n);
		now = alarm_at + n % 7 * 1000000; /* up to 6 ms late */
		pit_advance(&pit);
		cr_assert_eq(edges, n);
		cr_assert(level);
	}
	cr_assert_eq(pit.raised, 100000);
	cr_assert_eq(pit.coalesced, 0);
}

Test(pit, nothing_before_the_deadline)
{
	program(0, 2, 10000);
	now = alarm_at - 1;
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 0);
	cr_assert_eq(alarms, 1);
	now++;
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(alarms, 2);
}

Test(pit, late_periods_are_coalesced_and_counted)
{
	program(0, 3, 1000);
	go_to(1 + 10 * 1000 + 500);
	pit_advance(&pit);
	cr_assert_eq(edges, 1);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(pit.coalesced, 9);
	cr_assert_eq(alarm_at, at_tick(1 + 11 * 1000));
}

Test(pit, a_year_late_takes_no_longer)
{
	program(0, 2, 2);
	uint64_t ticks = UINT64_C(365) * 86400 * PIT_FREQUENCY;
	go_to(1 + ticks);
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(pit.raised + pit.coalesced, ticks / 2);
}

Test(pit, hostile_rates_are_held_down)
{
	static const uint16_t counts[] = {1, 2, 3, 100};
	for (unsigned i = 0; i < COUNT(counts); i++) {
		program(0, 2, counts[i]);
		uint64_t raised = pit.raised;
		uint64_t end = now + NS_PER_SECOND / 100;
		while (alarm_at < end) {
			cr_assert_gt(alarm_at, now);
			now = alarm_at;
			pit_advance(&pit);
		}
		cr_assert_leq(pit.raised - raised, 101, "no more than one in 100 us");
		cr_assert_geq(pit.raised - raised, 98, "but no fewer than 98");
	}
}

Test(pit, coalesced_periods_of_a_hostile_rate_are_counted)
{
	program(0, 2, 2);
	for (unsigned i = 0; i < 1000; i++) {
		now = alarm_at;
		pit_advance(&pit);
	}
	uint64_t ticks = (now - EPOCH) * PIT_FREQUENCY / NS_PER_SECOND - 1;
	cr_assert_eq(pit.raised, 1000);
	cr_assert_eq(pit.raised + pit.coalesced, ticks / 2);
}

Test(pit, mode_0_interrupts_once)
{
	program(0, 0, 100);
	cr_assert_eq(alarm_at, at_tick(1 + 100));
	cr_assert_not(level);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert(level);
	cr_assert_eq(alarm_at, CLOCK_NEVER);
	now += NS_PER_SECOND;
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	out(TIMER, 50);
	cr_assert_not(level, "the first byte stops the counter and lowers OUT");
	out(TIMER, 0);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert_eq(pit.raised + pit.coalesced, 2);
}

Test(pit, mode_0_with_a_count_of_1)
{
	for (unsigned i = 1; i <= 50; i++) {
		program(0, 0, 1);
		now = alarm_at;
		pit_advance(&pit);
		cr_assert_eq(pit.raised, i);
	}
	cr_assert_eq(pit.coalesced, 0);
}

Test(pit, triggered_modes_of_counter_0_never_interrupt)
{
	program(0, 1, 10);
	program(0, 5, 10);
	now += NS_PER_SECOND;
	pit_advance(&pit);
	cr_assert_eq(alarms + edges, 0);
}

Test(pit, late_across_a_change_of_count_nothing_is_lost)
{
	program(0, 2, 1000);
	go_to(1 + 500);
	out(TIMER, 100);
	out(TIMER, 0);
	go_to(1 + 1000 + 750);
	pit_advance(&pit);
	cr_assert_eq(pit.raised + pit.coalesced, 1 + 7);
	cr_assert_eq(alarm_at, at_tick(1 + 1000 + 800));
}

Test(pit, other_counters_do_not_interrupt)
{
	gate(true);
	program(1, 2, 18);
	program(2, 3, 1000);
	now += NS_PER_SECOND;
	pit_advance(&pit);
	cr_assert_eq(alarms + edges, 0);
}

/* SPDX-License-Identifier: MIT */
/* Unit tests of the 8254's interrupts: no drift, late ticks are coalesced, extreme rates are limited. */
#include "pit_clock.h"

TestSuite(pit_interrupts, .init = setup);

Test(pit_interrupts, no_alarm_before_it_is_programmed)
{
	pit_advance(&pit);
	out(CONTROL, LOW_HIGH | 2 << 1);
	out(TIMER, 0x10);
	cr_assert_eq(alarms, 0, "one byte of a count sets no alarm");
	out(TIMER, 0x27);
	cr_assert_eq(alarms, 1);
	cr_assert_eq(alarm_at, at_tick(1 + 0x2710));
}

Test(pit_interrupts, periodic_interrupts_do_not_drift)
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

Test(pit_interrupts, nothing_before_the_deadline)
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

Test(pit_interrupts, late_periods_are_coalesced_and_counted)
{
	program(0, 3, 1000);
	go_to(1 + 10 * 1000 + 500);
	pit_advance(&pit);
	cr_assert_eq(edges, 1);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(pit.coalesced, 9);
	cr_assert_eq(alarm_at, at_tick(1 + 11 * 1000));
}

Test(pit_interrupts, a_year_late_takes_no_longer)
{
	program(0, 2, 2);
	uint64_t ticks = UINT64_C(365) * 86400 * PIT_FREQUENCY;
	go_to(1 + ticks);
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	cr_assert_eq(pit.raised + pit.coalesced, ticks / 2);
}

Test(pit_interrupts, hostile_rates_are_held_down)
{
	static const uint16_t counts[] = {1, 2, 3, 100};
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		program(0, 2, counts[i]);
		uint64_t raised = pit.raised;
		uint64_t end = now + SECOND / 100;
		while (alarm_at < end) {
			cr_assert_gt(alarm_at, now);
			now = alarm_at;
			pit_advance(&pit);
		}
		cr_assert_leq(pit.raised - raised, 101, "no more than one in 100 us");
		cr_assert_geq(pit.raised - raised, 98, "but no fewer than 98");
	}
}

Test(pit_interrupts, coalesced_periods_of_a_hostile_rate_are_counted)
{
	program(0, 2, 2);
	for (unsigned i = 0; i < 1000; i++) {
		now = alarm_at;
		pit_advance(&pit);
	}
	uint64_t ticks = (now - EPOCH) * PIT_FREQUENCY / SECOND - 1;
	cr_assert_eq(pit.raised, 1000);
	cr_assert_eq(pit.raised + pit.coalesced, ticks / 2);
}

Test(pit_interrupts, mode_0_interrupts_once)
{
	program(0, 0, 100);
	cr_assert_eq(alarm_at, at_tick(1 + 100));
	cr_assert_not(level);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert(level);
	cr_assert_eq(alarm_at, CLOCK_NEVER);
	now += SECOND;
	pit_advance(&pit);
	cr_assert_eq(pit.raised, 1);
	out(TIMER, 50);
	cr_assert_not(level, "the first byte stops the counter and lowers OUT");
	out(TIMER, 0);
	now = alarm_at;
	pit_advance(&pit);
	cr_assert_eq(pit.raised + pit.coalesced, 2);
}

Test(pit_interrupts, mode_0_with_a_count_of_1)
{
	for (unsigned i = 1; i <= 50; i++) {
		program(0, 0, 1);
		now = alarm_at;
		pit_advance(&pit);
		cr_assert_eq(pit.raised, i);
	}
	cr_assert_eq(pit.coalesced, 0);
}

Test(pit_interrupts, triggered_modes_of_counter_0_never_interrupt)
{
	program(0, 1, 10);
	program(0, 5, 10);
	now += SECOND;
	pit_advance(&pit);
	cr_assert_eq(alarms + edges, 0);
}

Test(pit_interrupts, late_across_a_change_of_count_nothing_is_lost)
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

Test(pit_interrupts, other_counters_do_not_interrupt)
{
	gate(true);
	program(1, 2, 18);
	program(2, 3, 1000);
	now += SECOND;
	pit_advance(&pit);
	cr_assert_eq(alarms + edges, 0);
}

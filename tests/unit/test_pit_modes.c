/* SPDX-License-Identifier: MIT */
/* Unit tests of the 8254's modes: how each counts and sets OUT, and the effects of a new count and of the gate. */
#include "pit_clock.h"

TestSuite(pit_modes, .init = setup);

Test(pit_modes, a_count_of_0_is_65536)
{
	program(0, 2, 0);
	cr_assert_eq(alarm_at, at_tick(1 + 65536));
	go_to(1 + 1);
	cr_assert_eq(in_count(TIMER), 65535);
}

Test(pit_modes, mode_0_counts_on_below_zero)
{
	program(0, 0, 100);
	go_to(1 + 40);
	cr_assert_eq(in_count(TIMER), 60);
	cr_assert_eq(status(0), LOW_HIGH);
	go_to(1 + 103);
	cr_assert_eq(in_count(TIMER), 65533);
	cr_assert_eq(status(0), STATUS_OUT | LOW_HIGH);
}

Test(pit_modes, mode_4_strobes_once)
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

Test(pit_modes, mode_2_count_and_out)
{
	program(0, 2, 4);
	static const uint8_t counts[] = {4, 3, 2, 1, 4, 3};
	for (unsigned i = 0; i < 6; i++) {
		go_to(1 + i);
		cr_assert_eq(in_count(TIMER), counts[i]);
		cr_assert_eq((status(0) & STATUS_OUT) != 0, counts[i] != 1);
	}
}

Test(pit_modes, mode_3_counts_by_two)
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

Test(pit_modes, a_new_count_in_mode_2_waits_for_the_period)
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

Test(pit_modes, a_new_count_in_mode_3_waits_for_the_half_cycle)
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

Test(pit_modes, a_mode_write_restarts)
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

Test(pit_modes, modes_6_and_7_are_2_and_3)
{
	out(CONTROL, LOW | 7 << 1);
	out(TIMER, 6);
	go_to(1 + 1);
	cr_assert_eq(in(TIMER), 4);
	cr_assert_eq(status(0) & 0x3f, LOW | 7 << 1, "the status gives the control word as written");
}

Test(pit_modes, gate_holds_a_one_shot)
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

Test(pit_modes, gate_restarts_a_square_wave)
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

Test(pit_modes, gate_triggers_a_one_shot)
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

Test(pit_modes, gate_triggers_a_strobe)
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

/* SPDX-License-Identifier: MIT */
/* Unit tests of reading the 8254: counts and status as written, latched and read, and port 61h. */
#include "pit_clock.h"

TestSuite(pit_reading, .init = setup);

Test(pit_reading, access_modes)
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

Test(pit_reading, latched_count_stays)
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

Test(pit_reading, read_back)
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

Test(pit_reading, status_shows_null_count)
{
	out(CONTROL, LOW_HIGH | 2 << 1);
	cr_assert(status(0) & STATUS_NULL);
	out(TIMER, 100);
	out(TIMER, 0);
	cr_assert(status(0) & STATUS_NULL, "the count is loaded by the next tick");
	go_to(1);
	cr_assert_not(status(0) & STATUS_NULL);
}

Test(pit_reading, bcd)
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

Test(pit_reading, control_word_register_cannot_be_read)
{
	cr_assert_eq(in(CONTROL), 0xff);
}

Test(pit_reading, port_61)
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

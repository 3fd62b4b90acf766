/* SPDX-License-Identifier: MIT */
/*
 * The 8254's arithmetic: BCD of every count; the edges of every mode and every count up to 300, and of counts near the
 * ends, counted tick by tick from the level of OUT, against those that are computed; the next edge against the next one
 * counted; and the conversions between time and ticks, of which prove_pit.c assumes the bounds.
 *
 * with: vmm/base/error.c
 * broken: vmm/devices/pit.c s/return passed >= count + modes/return passed > count + modes/
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "devices/pit.c"

enum { COUNTS = 300, CYCLES = 4, LARGEST_TESTED_STEP = 3 };

static void check(bool holds, const char *what, int64_t a, int64_t b)
{
	if (holds)
		return;
	printf("%s: %" PRId64 ", %" PRId64 "\n", what, a, b);
	exit(1);
}

static void try_bcd(void)
{
	for (uint32_t value = 0; value < BCD_COUNTS; value++)
		check(from_bcd(to_bcd(value)) == value, "BCD", value, to_bcd(value));
}

/* Counts rising edges by watching OUT, and compares with what the functions of time say. */
static void try_count(enum mode mode, uint32_t ticks)
{
	struct i8254_counter counter;
	uint64_t watched = 0, taken = 0;

	i8254_init(&counter, true);
	i8254_control(&counter, (uint8_t)(ACCESS_BOTH | mode << CONTROL_MODE_SHIFT), 0);
	i8254_write(&counter, (uint8_t)ticks, 0);
	i8254_write(&counter, (uint8_t)(ticks >> 8), 0);
	if (modes[mode].triggered) {
		i8254_set_gate(&counter, false, 0);
		i8254_set_gate(&counter, true, 0);
	}
	const int64_t count = counter.current.ticks;
	bool level = i8254_out(&counter, 1);
	int64_t next = i8254_next_edge(&counter);
	for (int64_t tick = 1; tick <= CYCLES * count + 2; tick++) {
		const bool now = i8254_out(&counter, tick);
		if (now && !level) {
			watched++;
			check(next == tick, "the next edge", next, tick);
		}
		level = now;
		if (tick % LARGEST_TESTED_STEP == 0 || tick >= next) {
			taken += i8254_take_edges(&counter, tick);
			check(taken == watched, "edges", (int64_t)taken, (int64_t)watched);
			next = i8254_next_edge(&counter);
		}
		check(displayed(&counter, tick) < BINARY_COUNTS, "count", tick, displayed(&counter, tick));
	}
}

static void try_conversions(void)
{
	const struct pit pit = {.epoch = 0}, late = {.epoch = UINT64_MAX - 1};
	int64_t before = 0;

	/* It does not fall as time grows, so its value at the end bounds all values. */
	check(to_ticks(&pit, UINT64_MAX) > 0 && to_ticks(&pit, UINT64_MAX) < 1L << 55, "ticks", 0, 0);
	check(to_ticks(&pit, 0) == 0 && to_ticks(&late, UINT64_MAX) == 0, "tick 0", 0, 0);
	for (uint64_t ns = 0; ns < 1 << 20; ns++) {
		const int64_t tick = to_ticks(&pit, ns);
		check(tick >= before, "time goes back", before, tick);
		before = tick;
	}
	for (int64_t tick = 1; tick < INT64_C(140000000000000); tick += 1 + tick / 1000) {
		const uint64_t ns = to_ns(&pit, tick);
		check(to_ticks(&pit, ns) == tick && to_ticks(&pit, ns - 1) == tick - 1, "there and back", tick,
		      (int64_t)ns);
	}
	check(to_ns(&pit, INT64_MAX) == CLOCK_NEVER && to_ns(&late, INT64_MAX) == CLOCK_NEVER, "never", 0, 0);
}

int main(void)
{
	static const uint32_t large[] = {9999, 10000, 32767, 32768, 65535, 65536};
	unsigned tried = 0;

	try_bcd();
	try_conversions();
	for (unsigned mode = ONE_SHOT; mode <= TRIGGERED_STROBE; mode++) {
		for (uint32_t ticks = modes[mode].periodic ? 2 : 1; ticks <= COUNTS; ticks++, tried++)
			try_count(mode, ticks);
		for (unsigned i = 0; i < COUNT(large); i++, tried++)
			try_count(mode, large[i]);
	}
	printf("%u counts in 6 modes: computed edges are those of OUT, tick by tick\n", tried);
	return 0;
}

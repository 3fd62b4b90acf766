/* SPDX-License-Identifier: MIT */
/*
 * The 8254: one guest access or alarm, from every state within the bounds of any_counter(), at every tick of the first
 * 140,000,000,000,000, which are three years and eight months: no overflow, no division by zero, no index outside the
 * three counters; and the state afterwards is within the same bounds, so that this holds for every sequence.
 *
 * One bound is not shown by intervals: when the gate rises in mode 0 or 4, `start` moves by the time that the gate was
 * low. It ends at most one tick after now, because it was at most one tick after the fall of the gate. Likewise `start`
 * never moves back. tests/fuzz/fuzz_devices.c checks both after each step.
 *
 * The value analysis has no 128-bit integers, so the two conversions are taken by their contracts here, and
 * exhaust_pit.c checks these contracts.
 *
 * options: -cpp-extra-args=-D__int128=long -eva-use-spec to_ticks,to_ns -eva-slevel 2000
 * broken: vmm/devices/pit.c s/if (count == 0 || passed < 0)/if (passed < 0)/
 */
#include "prove.h"

#include "devices/pit.h"

#define TICKS 140000000000000
#define SLACK 131072 /* two counts */

/*@ assigns \result \from ns, pit->epoch;
    ensures 0 <= \result <= TICKS; */
static int64_t to_ticks(const struct pit *pit, uint64_t ns);

/*@ assigns \result \from ticks, pit->epoch; */
static uint64_t to_ns(const struct pit *pit, int64_t ticks);

#include "devices/pit.c"

static uint64_t now(void *owner)
{
	(void)owner;
	return any(0, UINT64_MAX);
}

static void alarm_at(void *owner, uint64_t deadline)
{
	(void)owner, (void)deadline;
}

static void set_line(void *controller, unsigned input, bool level)
{
	(void)controller, (void)input, (void)level;
}

static void any_count(struct i8254_count *count)
{
	count->ticks = (uint32_t)any(0, BINARY_COUNTS);
	count->start = any_signed(-SLACK, TICKS + SLACK);
}

static void any_counter(struct i8254_counter *counter)
{
	counter->control = (uint8_t)any(0, CONTROL_PROGRAM);
	counter->mode = (uint8_t)any(0, TRIGGERED_STROBE);
	counter->gate = any_bool();
	counter->null_count = any_bool();
	counter->reload = (uint32_t)any(0, BINARY_COUNTS);
	any_count(&counter->current);
	any_count(&counter->next);
	counter->boundary = any_signed(-SLACK, TICKS + SLACK);
	counter->frozen = any_signed(0, TICKS + 1);
	counter->edges = any_signed(0, TICKS + SLACK + 1);
	counter->write_low = any_byte();
	counter->write_second = any_bool();
	counter->read_second = any_bool();
	counter->count_latched = any_bool();
	counter->status_latched = any_bool();
	counter->latched_count = (uint16_t)any(0, UINT16_MAX);
	counter->latched_status = any_byte();
}

static void any_pit(struct pit *pit)
{
	pit->epoch = any(0, UINT64_MAX);
	pit->alarm = any(0, UINT64_MAX);
	pit->last = any(0, UINT64_MAX);
	pit->raised = any(0, UINT64_MAX);
	pit->coalesced = any(0, UINT64_MAX);
	pit->port61 = (uint8_t)any(0, SYSTEM_WRITABLE);
	for (unsigned i = 0; i < COUNTERS; i++)
		any_counter(&pit->counters[i]);
}

static void check_start(const struct i8254_counter *counter)
{
	//@ assert -SLACK <= counter->current.start;
	//@ assert counter->current.start <= TICKS + SLACK;
}

static void check(const struct i8254_counter *counter)
{
	//@ assert counter->control <= CONTROL_PROGRAM;
	//@ assert counter->mode <= TRIGGERED_STROBE;
	//@ assert counter->reload <= BINARY_COUNTS;
	//@ assert counter->current.ticks <= BINARY_COUNTS;
	//@ assert counter->next.ticks <= BINARY_COUNTS;
	//@ assert -SLACK <= counter->next.start;
	//@ assert counter->next.start <= TICKS + SLACK;
	//@ assert -SLACK <= counter->boundary;
	//@ assert counter->boundary <= TICKS + SLACK;
	//@ assert 0 <= counter->frozen;
	//@ assert counter->frozen <= TICKS + 1;
	//@ assert 0 <= counter->edges;
	//@ assert counter->edges <= TICKS + SLACK + 1;
}

static void any_write(struct pit *pit, const struct device_range *range, uint64_t offset)
{
	uint64_t select = any(0, SELECT_READ_BACK);
	//@ split select;

	range->access.write(pit, offset, 1, select << SELECT_SHIFT | any(0, CONTROL_PROGRAM));
	if (range->length == PORTS) /* otherwise the gate of the speaker's counter may have risen */
		check_start(&pit->counters[SPEAKER]);
}

static void any_other_step(struct pit *pit, const struct device_range *range, uint64_t offset)
{
	if (any_bool())
		pit_advance(pit);
	else
		range->access.read(pit, offset, 1);
	check_start(&pit->counters[SPEAKER]);
}

void prove(void)
{
	static struct pit pit;
	const struct clock clock = {.now = now, .alarm = alarm_at};
	unsigned which = (unsigned)any(0, pit_device.range_count - 1);
	//@ split which;
	const struct device_range *range = &pit_device.ranges[which];
	uint64_t offset = any(0, range->length - 1);
	//@ split offset;

	pit.line.set = set_line;
	pit.clock = &clock;
	any_pit(&pit);
	if (any_bool())
		any_write(&pit, range, offset);
	else
		any_other_step(&pit, range, offset);
	check_start(&pit.counters[TIMER]);
	check_start(&pit.counters[TIMER + 1]);
	for (unsigned i = 0; i < COUNTERS; i++)
		check(&pit.counters[i]);
}

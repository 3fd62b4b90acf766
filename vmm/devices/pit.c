/* SPDX-License-Identifier: MIT */
/*
 * First one counter of the 8254: its modes, latches and gate as arithmetic on ticks. Then the PC's three counters: the
 * conversion of host time to ticks, the interrupts of counter 0, and the ports. The bus calls the functions at the end
 * for the guest's accesses; the run loop calls pit_advance() when a deadline has passed.
 */
#include "devices/pit.h"

#include "base/units.h"

#define I8254_NEVER INT64_MAX

/* ---- one 8254 counter: section names in comments are those of the Intel 8254 datasheet ---- */

enum {
	CONTROL_BCD = 0x01,
	CONTROL_MODE_SHIFT = 1,
	CONTROL_MODE = 0x7,
	CONTROL_ACCESS = 0x30,
	CONTROL_PROGRAM = 0x3f, /* the bits that the status byte returns */
	ACCESS_LOW = 0x10,
	ACCESS_HIGH = 0x20,
	ACCESS_BOTH = 0x30,
	STATUS_NULL_COUNT = 0x40,
	STATUS_OUT = 0x80,
	BINARY_COUNTS = 65536,
	BCD_COUNTS = 10000,
	PERIODIC_COUNT_MIN = 2, /* "mode 2", "mode 3": a count of 1 is illegal */
};

enum mode { ONE_SHOT, TRIGGERED_ONE_SHOT, RATE_GENERATOR, SQUARE_WAVE, STROBE, TRIGGERED_STROBE };

/* The properties in which the modes differ ("mode definitions" and figure "gate pin operations summary"). */
static const struct {
	bool periodic;
	bool triggered; /* counting begins at a rising gate, not at the write of the count */
	uint8_t width;	/* ticks that OUT stays low at the end of the count before it rises */
} modes[] = {
	[ONE_SHOT] = {.width = 0},
	[TRIGGERED_ONE_SHOT] = {.triggered = true},
	[RATE_GENERATOR] = {.periodic = true},
	[SQUARE_WAVE] = {.periodic = true},
	[STROBE] = {.width = 1},
	[TRIGGERED_STROBE] = {.triggered = true, .width = 1},
};

static bool i8254_is_periodic(const struct i8254_counter *counter)
{
	return modes[counter->mode].periodic;
}

/* A low gate stops the counting in all modes but the triggered ones. */
static bool is_frozen(const struct i8254_counter *counter)
{
	return !counter->gate && !modes[counter->mode].triggered;
}

/* The ticks counted since the count was loaded; negative until the CLK pulse that loads it. */
static int64_t elapsed(const struct i8254_counter *counter, int64_t now)
{
	return (is_frozen(counter) ? counter->frozen : now) - counter->current.start;
}

/* The rising edges of OUT from the loading of the count until `now`. */
static int64_t edges_until(const struct i8254_counter *counter, int64_t now)
{
	int64_t count = counter->current.ticks, passed = elapsed(counter, now);
	if (count == 0 || passed < 0)
		return 0;
	if (i8254_is_periodic(counter))
		return passed / count;
	return passed >= count + modes[counter->mode].width;
}

/*
 * Brings the counter up to `now`, loading a queued count whose cycle has begun. Returns the rising edges of OUT since
 * the last call.
 */
static uint64_t i8254_take_edges(struct i8254_counter *counter, int64_t now)
{
	int64_t taken = -counter->edges;
	if (counter->next.ticks != 0 && now >= counter->boundary) {
		taken += edges_until(counter, counter->boundary);
		counter->current = counter->next;
		counter->next.ticks = 0;
	}
	counter->edges = edges_until(counter, now);
	return (uint64_t)(taken + counter->edges);
}

/* The tick of the next rising edge of OUT after the last i8254_take_edges(); I8254_NEVER if there will be none. */
static int64_t i8254_next_edge(const struct i8254_counter *counter)
{
	int64_t count = counter->current.ticks;
	if (count == 0 || is_frozen(counter))
		return I8254_NEVER;
	if (!i8254_is_periodic(counter))
		return counter->edges != 0 ? I8254_NEVER : counter->current.start + count + modes[counter->mode].width;
	int64_t edge = counter->current.start + (counter->edges + 1) * count;
	if (counter->next.ticks != 0 && edge > counter->boundary)
		return counter->next.start + counter->next.ticks;
	return edge;
}

/* "Mode 3": an odd count is high for (N + 1) / 2 ticks and low for (N - 1) / 2. */
static int64_t high_ticks(uint32_t count)
{
	return (count + 1) / 2;
}

/* The level of the OUT pin. */
static bool i8254_out(struct i8254_counter *counter, int64_t now)
{
	int64_t count = counter->current.ticks, passed = elapsed(counter, now);
	if (count == 0 || passed < 0)
		return counter->mode != ONE_SHOT;
	switch ((enum mode)counter->mode) {
	case ONE_SHOT:
	case TRIGGERED_ONE_SHOT:
		return passed >= count;
	case RATE_GENERATOR:
		return !counter->gate || passed % count != count - 1;
	case SQUARE_WAVE:
		return !counter->gate || passed % count < high_ticks(counter->current.ticks);
	case STROBE:
	case TRIGGERED_STROBE:
		break;
	}
	return passed != count;
}

/* The value of the counting element, in ticks. */
static int64_t remaining(const struct i8254_counter *counter, int64_t now)
{
	int64_t count = counter->current.ticks, passed = elapsed(counter, now);
	if (count == 0 || passed < 0)
		return count;
	if (counter->mode == RATE_GENERATOR)
		return count - passed % count;
	if (counter->mode != SQUARE_WAVE)
		return count - passed;
	/* "Mode 3": the element counts down by two, twice a period; an odd count is loaded minus one. */
	int64_t phase = passed % count, high = high_ticks(counter->current.ticks);
	return count - count % 2 - 2 * (phase < high ? phase : phase - high);
}

static uint16_t to_bcd(uint32_t value)
{
	return (uint16_t)(value / 1000 % 10 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10);
}

static uint32_t from_bcd(uint32_t bcd)
{
	return (bcd >> 12) * 1000 + (bcd >> 8 & 0xf) * 100 + (bcd >> 4 & 0xf) * 10 + (bcd & 0xf);
}

/* The count as the guest reads it, binary or BCD. The counting element wraps around below 0. */
static uint16_t displayed(const struct i8254_counter *counter, int64_t now)
{
	int64_t range = counter->control & CONTROL_BCD ? BCD_COUNTS : BINARY_COUNTS;
	int64_t value = remaining(counter, now) % range;
	if (value < 0)
		value += range;
	return counter->control & CONTROL_BCD ? to_bcd((uint32_t)value) : (uint16_t)value;
}

/* Converts a count that the guest has written to ticks. */
static uint32_t ticks_of(const struct i8254_counter *counter, uint16_t written)
{
	bool bcd = counter->control & CONTROL_BCD;
	uint32_t ticks = bcd ? from_bcd(written) : written;
	if (ticks == 0)
		return bcd ? BCD_COUNTS : BINARY_COUNTS;
	if (i8254_is_periodic(counter) && ticks < PERIODIC_COUNT_MIN)
		return PERIODIC_COUNT_MIN;
	return ticks;
}

/* Loads the count register into the counting element at the next CLK pulse, whatever the level of the gate. */
static void load(struct i8254_counter *counter, int64_t now)
{
	counter->current = (struct i8254_count){.ticks = counter->reload, .start = now + 1};
	counter->frozen = now + 1;
	counter->next.ticks = 0;
	counter->edges = 0;
	counter->null_count = false;
}

/*
 * "Mode 2", "mode 3": a new count takes effect at the end of the current cycle, or in mode 3 of the current half-cycle.
 * If that half-cycle ends with a falling OUT, the start of the new cycle is put back in time so that the new cycle is
 * also at its falling edge there.
 */
static void queue(struct i8254_counter *counter, int64_t now)
{
	int64_t count = counter->current.ticks, phase = elapsed(counter, now) % count;
	int64_t high = high_ticks(counter->current.ticks);
	bool falls = counter->mode == SQUARE_WAVE && phase < high;
	counter->boundary = now - phase + (falls ? high : count);
	counter->next.ticks = counter->reload;
	counter->next.start = counter->boundary - (falls ? high_ticks(counter->reload) : 0);
}

static void set_count(struct i8254_counter *counter, uint16_t written, int64_t now)
{
	bool running = counter->current.ticks != 0 && elapsed(counter, now) >= 0 && !is_frozen(counter);
	counter->reload = ticks_of(counter, written);
	if (modes[counter->mode].triggered)
		counter->null_count = true;
	else if (i8254_is_periodic(counter) && running)
		queue(counter, now);
	else
		load(counter, now);
}

static void i8254_write(struct i8254_counter *counter, uint8_t value, int64_t now)
{
	uint8_t access = counter->control & CONTROL_ACCESS;
	if (access == ACCESS_LOW) {
		set_count(counter, value, now);
	} else if (access == ACCESS_HIGH) {
		set_count(counter, (uint16_t)(value << 8), now);
	} else if (counter->write_second) {
		counter->write_second = false;
		set_count(counter, (uint16_t)(value << 8 | counter->write_low), now);
	} else {
		counter->write_second = true;
		counter->write_low = value;
		if (counter->mode == ONE_SHOT) { /* "writing the first byte disables counting, OUT is set low" */
			counter->current.ticks = 0;
			counter->edges = 0;
		}
	}
}

/* Whether this read returns the high byte of the count; of two reads of a 16-bit count, the second does. */
static bool take_read_high(struct i8254_counter *counter)
{
	uint8_t access = counter->control & CONTROL_ACCESS;
	if (access != ACCESS_BOTH)
		return access == ACCESS_HIGH;
	counter->read_second = !counter->read_second;
	return !counter->read_second;
}

static uint8_t i8254_read(struct i8254_counter *counter, int64_t now)
{
	if (counter->status_latched) {
		counter->status_latched = false;
		return counter->latched_status;
	}
	uint16_t count = counter->count_latched ? counter->latched_count : displayed(counter, now);
	bool high = take_read_high(counter);
	if (!counter->read_second)
		counter->count_latched = false;
	return (uint8_t)(high ? count >> 8 : count);
}

static uint8_t status(struct i8254_counter *counter, int64_t now)
{
	bool null_count = counter->null_count || counter->next.ticks != 0 || now < counter->current.start;
	return (uint8_t)((i8254_out(counter, now) ? STATUS_OUT : 0) | (null_count ? STATUS_NULL_COUNT : 0) |
			 counter->control);
}

/* "Counter latch command", "read-back command": a latch that has not been read yet is not replaced. */
static void i8254_latch(struct i8254_counter *counter, bool want_count, bool want_status, int64_t now)
{
	if (want_count && !counter->count_latched) {
		counter->latched_count = displayed(counter, now);
		counter->count_latched = true;
	}
	if (want_status && !counter->status_latched) {
		counter->latched_status = status(counter, now);
		counter->status_latched = true;
	}
}

/* The state before the guest writes a control word: two-byte access, mode 3, no count. */
static void i8254_init(struct i8254_counter *counter, bool gate)
{
	*counter = (struct i8254_counter){
		.control = ACCESS_BOTH | SQUARE_WAVE << CONTROL_MODE_SHIFT,
		.mode = SQUARE_WAVE,
		.gate = gate,
		.null_count = true,
	};
}

static void i8254_control(struct i8254_counter *counter, uint8_t control, int64_t now)
{
	if ((control & CONTROL_ACCESS) == 0) {
		i8254_latch(counter, true, false, now);
		return;
	}
	bool gate = counter->gate;
	uint8_t mode = control >> CONTROL_MODE_SHIFT & CONTROL_MODE;
	i8254_init(counter, gate);
	counter->control = control & CONTROL_PROGRAM;
	/* Bit 2 is "don't care" in modes 2 and 3, so that 6 and 7 mean 2 and 3. */
	counter->mode = mode > TRIGGERED_STROBE ? mode & SQUARE_WAVE : mode;
}

/* The gate has fallen. */
static void stop(struct i8254_counter *counter, int64_t now)
{
	counter->frozen = now;
	if (counter->next.ticks != 0) { /* the next rising edge of the gate will load that count */
		counter->next.ticks = 0;
		counter->null_count = true;
	}
}

/* Figure "gate pin operations summary". */
static void i8254_set_gate(struct i8254_counter *counter, bool gate, int64_t now)
{
	if (gate == counter->gate)
		return;
	counter->gate = gate;
	if (!gate)
		stop(counter, now);
	else if (!i8254_is_periodic(counter) && !modes[counter->mode].triggered)
		counter->current.start += now - counter->frozen;
	else if (counter->reload != 0)
		load(counter, now);
}

/* ---- the PC's three counters, in host time ---- */

enum {
	CONTROL = 3, /* port of the control word register, after the ports of the three counters */
	PORTS = 4,
};

enum {
	SELECT_SHIFT = 6,
	SELECT_READ_BACK = 3,
	READ_BACK_NO_COUNT = 0x20,
	READ_BACK_NO_STATUS = 0x10,
	READ_BACK_COUNTER_0 = 0x02,
};

enum {
	TIMER = 0,   /* its OUT is IRQ 0 */
	SPEAKER = 2, /* its gate is in port 0x61 */
	COUNTERS = 3,
};

/* Port 0x61 (PC/AT technical reference, "system board I/O"). */
enum {
	SYSTEM_GATE = 0x01,
	SYSTEM_WRITABLE = 0x0f, /* gate and data of the speaker, enables of the parity and channel checks */
	SYSTEM_REFRESH = 0x10,
	SYSTEM_OUT = 0x20,
	REFRESH_TICKS = 18, /* the bit toggles at every memory refresh, every 15 us */
};

__extension__ typedef unsigned __int128 uint128;

/* Both conversions are exact in 128 bits, so no error adds up however many ticks have passed. */
static int64_t to_ticks(const struct pit *pit, uint64_t ns)
{
	return (int64_t)((uint128)(ns - pit->epoch) * PIT_FREQUENCY / NS_PER_SECOND);
}

/* The first nanosecond at which to_ticks gives `ticks`. */
static uint64_t to_ns(const struct pit *pit, int64_t ticks)
{
	uint128 ns = ((uint128)ticks * NS_PER_SECOND + PIT_FREQUENCY - 1) / PIT_FREQUENCY + pit->epoch;
	return ns < CLOCK_NEVER ? (uint64_t)ns : CLOCK_NEVER;
}

/* The current time in ns. */
static uint64_t time_of(const struct pit *pit)
{
	return pit->clock->now(pit->clock->owner);
}

/* Raises one interrupt for all edges of counter 0 until now. `tick` and `ns` are the same moment. */
static void raise_due(struct pit *pit, int64_t tick, uint64_t ns)
{
	int64_t due = i8254_next_edge(&pit->counters[TIMER]);
	uint64_t edges = i8254_take_edges(&pit->counters[TIMER], tick);
	if (edges == 0)
		return;
	uint64_t due_ns = due == I8254_NEVER ? ns : to_ns(pit, due);
	pit->late = ns > due_ns ? ns - due_ns : 0;
	pit->last = ns < pit->alarm ? ns : pit->alarm;
	pit->raised++;
	pit->coalesced += edges - 1;
	line_set(&pit->line, false);
	line_set(&pit->line, true);
}

/* Sets the alarm for the next edge of counter 0, at least PIT_ALARM_INTERVAL_MIN after the last one. */
static void set_alarm(struct pit *pit)
{
	int64_t edge = i8254_next_edge(&pit->counters[TIMER]);
	uint64_t deadline = edge == I8254_NEVER ? CLOCK_NEVER : to_ns(pit, edge);
	if (i8254_is_periodic(&pit->counters[TIMER]) && deadline < pit->last + PIT_ALARM_INTERVAL_MIN)
		deadline = pit->last + PIT_ALARM_INTERVAL_MIN;
	if (deadline == pit->alarm)
		return;
	pit->alarm = deadline;
	pit->clock->alarm(pit->clock->owner, deadline);
}

void pit_advance(struct pit *pit)
{
	uint64_t ns = time_of(pit);
	if (ns < pit->alarm)
		return;
	raise_due(pit, to_ticks(pit, ns), ns);
	set_alarm(pit);
}

/* Brings all counters up to date before an access. Returns the current tick. */
static int64_t catch_up(struct pit *pit)
{
	uint64_t ns = time_of(pit);
	int64_t tick = to_ticks(pit, ns);
	raise_due(pit, tick, ns);
	for (unsigned i = TIMER + 1; i < COUNTERS; i++)
		i8254_take_edges(&pit->counters[i], tick);
	return tick;
}

static void read_back(struct pit *pit, uint8_t command, int64_t tick)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		if (command & READ_BACK_COUNTER_0 << i)
			i8254_latch(&pit->counters[i], !(command & READ_BACK_NO_COUNT),
				    !(command & READ_BACK_NO_STATUS), tick);
	}
}

/* The control word register cannot be read: nothing drives the data bus, which reads as all ones. */
static uint64_t pit_read(void *owner, uint64_t offset, unsigned size)
{
	struct pit *pit = owner;
	(void)size;
	if (offset == CONTROL)
		return UINT8_MAX;
	uint8_t value = i8254_read(&pit->counters[offset], catch_up(pit));
	set_alarm(pit);
	return value;
}

static void pit_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)size;
	if (offset != CONTROL)
		i8254_write(&pit->counters[offset], (uint8_t)value, tick);
	else if (value >> SELECT_SHIFT == SELECT_READ_BACK)
		read_back(pit, (uint8_t)value, tick);
	else
		i8254_control(&pit->counters[value >> SELECT_SHIFT], (uint8_t)value, tick);
	/* Programming mode 0 sets OUT low, which withdraws an interrupt that has not been acknowledged. */
	if (!i8254_is_periodic(&pit->counters[TIMER]) && !i8254_out(&pit->counters[TIMER], tick))
		line_set(&pit->line, false);
	set_alarm(pit);
}

static uint64_t system_read(void *owner, uint64_t offset, unsigned size)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)offset;
	(void)size;
	set_alarm(pit);
	return pit->port61 | (tick / REFRESH_TICKS % 2 != 0 ? SYSTEM_REFRESH : 0U) |
	       (i8254_out(&pit->counters[SPEAKER], tick) ? SYSTEM_OUT : 0U);
}

static void system_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct pit *pit = owner;
	int64_t tick = catch_up(pit);
	(void)offset;
	(void)size;
	pit->port61 = (uint8_t)value & SYSTEM_WRITABLE;
	i8254_set_gate(&pit->counters[SPEAKER], value & SYSTEM_GATE, tick);
	set_alarm(pit);
}

static void pit_init(void *state, const struct device_wiring *wiring)
{
	struct pit *pit = state;

	*pit = (struct pit){.clock = wiring->clock, .line = wiring->line, .alarm = CLOCK_NEVER};
	pit->epoch = time_of(pit);
	for (unsigned i = 0; i < COUNTERS; i++)
		i8254_init(&pit->counters[i], i != SPEAKER);
}

static const struct device_range ranges[] = {
	{.base = 0x40,
	 .length = PORTS,
	 .access = {"pit", 1, pit_read, pit_write},
	 .registers = REGISTERS({.name = "PIT channel 0"}, {.name = "PIT channel 1"}, {.name = "PIT channel 2"},
				{.name = "PIT control"})},
	{.base = 0x61,
	 .length = 1,
	 .access = {"system-control", 1, system_read, system_write},
	 .registers = REGISTERS({.name = "port B"})},
};

const struct device pit_device = {
	.irq = 0,
	.may_be_in_kernel = true,
	.init = pit_init,
	DEVICE_RANGES(ranges),
};

/* SPDX-License-Identifier: MIT */
/*
 * A property of every exit: whatever the guest has written, the VMM does no more for it than a bound says. The exits
 * are made up at random from a seed: port and memory accesses of every size and count, times that pass, kicks, and an
 * event ring in which everything may be overwritten. The work is counted, not timed: calls of the host, and records.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "machine/exit.h"
#include "record/recorder.h"

enum {
	RUN_SIZE = 0x3000,
	DATA_OFFSET = 0x1000,
	RAM = 64 << 20,
	RING_FRAME = 16,
	EXITS = 100000,
	/* KVM's buffer for the elements of a string instruction is one page. */
	STRING_BYTES = 4096,
	/*
	 * Calls of the host for one element of an access: the greatest are the reads of a 32-bit access to the ports of
	 * the 8254, each of which reads the clock and may set the alarm, and those of the UART, which ask for input.
	 */
	CALLS_PER_BYTE = 8,
};

static struct board board;
static struct memory memory;
static struct recorder recorder;
static struct kvm_run *run;
static uint64_t random_state, host_now, calls;

/* Marsaglia's xorshift of 64 bits. */
static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t below(uint64_t limit)
{
	return next_random() % limit;
}

/* ---- the host, which counts how often it is called ---- */

static uint64_t now(void *owner)
{
	(void)owner;
	calls++;
	return host_now;
}

static void alarm_at(void *owner, uint64_t deadline)
{
	(void)owner;
	(void)deadline;
	calls++;
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner;
	(void)byte;
	calls++;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	calls++;
	memset(bytes, 'x', size);
	return size;
}

static bool ready(void *owner, bool watch)
{
	(void)owner;
	(void)watch;
	calls++;
	return below(2) != 0;
}

static void set_up(void)
{
	const struct board_parts parts = {
		.memory = &memory,
		.clock = {.now = now, .alarm = alarm_at},
		.console = {transmit, receive, ready, NULL},
		.features = RINGSIDE_FEATURE_EVENTS,
	};
	struct error error;

	random_state = 88172645463325252;
	host_now = 1;
	cr_assert_eq(memory_create(&memory, RAM, &error), 0);
	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	recorder_init(&recorder);
	run = calloc(1, RUN_SIZE);
	cr_assert_not_null(run);
	run->io.data_offset = DATA_OFFSET;
}

static void tear_down(void)
{
	free(run);
	memory_destroy(&memory);
}

TestSuite(bounds, .init = set_up, .fini = tear_down, .timeout = 120);

/* ---- the guest ---- */

/* A port of a device, or now and then any port. */
static uint16_t any_port(void)
{
	unsigned devices = 0;

	while (device_row(devices) != NULL)
		devices++;
	const struct device *device = device_row((unsigned)below(devices))->device;
	const struct device_range *range = &device->ranges[below(device->range_count)];

	return (uint16_t)(below(8) == 0 ? next_random() : range->base + below(range->length));
}

/* Makes up an exit. Returns the bytes that it accesses. */
static uint64_t make_exit(void)
{
	uint8_t *data = (uint8_t *)run + DATA_OFFSET;

	if (below(4) == 0) {
		run->exit_reason = KVM_EXIT_MMIO;
		run->mmio.phys_addr = below(2) != 0 ? next_random() : UINT64_C(0xfee00000) + below(4096);
		run->mmio.len = (uint32_t)(1 + below(8));
		run->mmio.is_write = (uint8_t)below(2);
		return run->mmio.len;
	}
	run->exit_reason = KVM_EXIT_IO;
	run->io.data_offset = DATA_OFFSET; /* in a union with run->mmio */
	run->io.direction = below(2) != 0 ? KVM_EXIT_IO_OUT : KVM_EXIT_IO_IN;
	run->io.port = any_port();
	run->io.size = (uint8_t)(1u << below(3));
	run->io.count = below(8) != 0 ? 1 : (uint32_t)(1 + below((uint64_t)(STRING_BYTES / run->io.size)));
	for (unsigned i = 0; i < run->io.count * run->io.size; i++)
		data[i] = (uint8_t)next_random();
	return (uint64_t)run->io.count * run->io.size;
}

/* Overwrites a part of the ring, or all of its header; often sets a ring that is valid. */
static void scribble(void)
{
	struct ringside_ring *ring = memory_translate(&memory, RING_FRAME * MEMORY_PAGE_SIZE, sizeof(*ring));

	ring->records[below(64)].kind = (uint32_t)below(2 * RINGSIDE_EVENT_COUNT);
	ring->records[below(64)].tsc = next_random();
	switch (below(16)) {
	case 0:
		ring->head = next_random();
		break;
	case 1:
		ring->head += below(3 * RINGSIDE_RING_CAPACITY_MAX);
		break;
	case 2:
		ring->tail = next_random();
		break;
	case 3:
		ring->capacity = (uint32_t)(below(2) != 0 ? next_random() : UINT64_C(1) << below(32));
		break;
	case 4:
		board.control.set_ring(&board, below(4) == 0 ? (uint32_t)next_random() : RING_FRAME);
		break;
	default:
		ring->head += below(4);
	}
}

/* The time that passes: mostly little, sometimes years, so that deadlines are ancient. */
static void pass_time(void)
{
	host_now += below(64) != 0 ? below(100000) : below(UINT64_C(100000000000000000));
	if (host_now > UINT64_MAX / 4)
		host_now = UINT64_MAX / 4;
}

/* Does what the run loop does between two entries of the guest. */
static void handle_exit(void)
{
	struct exit_record record = {.tsc = host_now + 1, .entry = host_now};
	bool more = event_ring_has_events(&board.ring);

	while (more)
		more = event_ring_take(&board.ring, &recorder, record.entry, record.tsc);
	machine_handle_exit(&board, run, &record);
	pit_advance(&board.devices.pit);
	if (pic_pending(&board.devices.pic))
		pic_acknowledge(&board.devices.pic);
	recorder_append(&recorder, &(union record){.exit = record});
}

/* All that the greatest ring holds, what is wrong with it at each step, and the exit. */
enum {
	RECORDS_MAX = RINGSIDE_RING_CAPACITY_MAX +
		      (RINGSIDE_RING_CAPACITY_MAX / EVENT_RING_STEP + 1) * RINGSIDE_RING_FAULT_COUNT + 1,
};

Test(bounds, no_exit_does_more_than_its_bound)
{
	uint64_t most_calls = 0, most_records = 0;

	for (unsigned i = 0; i < EXITS; i++) {
		const uint64_t bytes = make_exit(), records = recorder.count;

		scribble();
		pass_time();
		calls = 0;
		handle_exit();
		board.ending = ENDING_NONE;
		cr_assert_leq(calls, CALLS_PER_BYTE * (bytes + 1), "exit %u: %lu calls for %lu bytes at port %#x", i,
			      calls, bytes, run->io.port);
		cr_assert_leq(recorder.count - records, RECORDS_MAX, "exit %u", i);
		most_calls = calls > most_calls ? calls : most_calls;
		most_records = recorder.count - records > most_records ? recorder.count - records : most_records;
	}
	cr_expect_geq(most_calls, STRING_BYTES, "the guest was tame: at most %lu calls an exit", most_calls);
	cr_expect_geq(most_records, 8192, "the guest was tame: at most %lu records an exit", most_records);
	cr_expect_gt(board.ring.refused, 0);
}

/* The periodic modes of the 8254 set no alarm that is over when it is set, however fast the guest wants its ticks. */
Test(bounds, alarms_of_the_fastest_timer_keep_their_distance)
{
	struct exit_record record;
	uint8_t *data = (uint8_t *)run + DATA_OFFSET;
	static const struct {
		uint16_t port;
		uint8_t value;
	} writes[] = {{0x43, 0x34}, {0x40, 2}, {0x40, 0}};

	run->exit_reason = KVM_EXIT_IO;
	run->io.direction = KVM_EXIT_IO_OUT;
	run->io.size = 1;
	run->io.count = 1;
	for (unsigned i = 0; i < COUNT(writes); i++) {
		run->io.port = writes[i].port;
		data[0] = writes[i].value;
		machine_handle_exit(&board, run, &record);
	}
	for (unsigned i = 0; i < 1000; i++) {
		host_now += i % 10 == 9 ? UINT64_C(1000000000) : PIT_ALARM_INTERVAL_MIN;
		calls = 0;
		pit_advance(&board.devices.pit);
		cr_assert_leq(calls, 2, "one reading of the clock, one alarm");
		cr_assert_gt(board.devices.pit.alarm, host_now);
	}
}

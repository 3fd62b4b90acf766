/* SPDX-License-Identifier: MIT */
/* Unit tests of the VMM's side of the event ring, also with guests that write invalid values. */
#include <criterion/criterion.h>

#include "base/array.h"
#include "machine/event_ring.h"

enum { RAM = 1 << 20, FRAME = 4, CAPACITY = 8, ENTRY = 1000, EXIT = 2000 };

static struct memory memory;
static struct recorder recorder;
static struct event_ring ring;
static struct ringside_ring *guest;

static void set_up(void)
{
	struct error error;

	cr_assert_eq(memory_create(&memory, RAM, &error), 0);
	recorder_init(&recorder);
	ring = (struct event_ring){0};
	guest = memory_translate(&memory, FRAME * MEMORY_PAGE_SIZE, sizeof(*guest));
	guest->capacity = CAPACITY;
	event_ring_set(&ring, &memory, FRAME);
}

static void tear_down(void)
{
	memory_destroy(&memory);
}

static void emit(uint64_t tsc, uint32_t kind, uint64_t a)
{
	guest->records[guest->head++ % CAPACITY] =
		(struct ringside_event_record){.tsc = tsc, .kind = kind, .pid = 3, .a = a, .b = a + 1};
}

static uint64_t taken(void)
{
	return recorder.count;
}

static const struct event_record *event(unsigned n)
{
	return &recorder_last(&recorder, (unsigned)taken() - 1 - n)->event;
}

TestSuite(ring, .init = set_up, .fini = tear_down);

Test(ring, events_become_records)
{
	emit(1100, RINGSIDE_EVENT_SYSCALL, 7);
	emit(1200, RINGSIDE_EVENT_RETURN, 8);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_assert_eq(taken(), 2);
	cr_expect_eq(event(0)->tsc, 1100);
	cr_expect_eq(event(0)->kind, RECORD_EVENT + RINGSIDE_EVENT_SYSCALL);
	cr_expect_eq(event(0)->pid, 3);
	cr_expect_eq(event(0)->a, 7);
	cr_expect_eq(event(0)->b, 8);
	cr_expect_eq(event(1)->tsc, 1200);
	cr_expect_eq(guest->tail, 2);
	cr_expect_eq(recorder_exits(&recorder), 0);
}

Test(ring, nothing_is_taken_twice)
{
	emit(1100, RINGSIDE_EVENT_SYSCALL, 7);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), 1);
}

Test(ring, it_wraps)
{
	for (uint64_t i = 0; i < 3 * CAPACITY; i++) {
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
		event_ring_drain(&ring, &recorder, ENTRY, EXIT);
		cr_expect_eq(event((unsigned)i)->a, i);
	}
	cr_expect_eq(ring.lost, 0);
}

Test(ring, a_full_ring_loses_nothing)
{
	for (uint64_t i = 0; i < CAPACITY; i++)
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), CAPACITY);
	cr_expect_eq(ring.lost, 0);
}

Test(ring, an_overrun_is_counted)
{
	for (uint64_t i = 0; i < CAPACITY + 3; i++)
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), CAPACITY);
	cr_expect_eq(ring.lost, 3);
	cr_expect_eq(event(0)->a, 3);
}

Test(ring, a_head_that_goes_back_or_leaps_ends)
{
	guest->head = UINT64_MAX;
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), CAPACITY);
	guest->head = 5;
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_leq(taken(), 2 * CAPACITY);
	cr_expect_eq(ring.tail, 5);
}

Test(ring, unknown_kinds_are_lost)
{
	emit(1100, RINGSIDE_EVENT_COUNT, 0);
	emit(1100, UINT32_MAX, 0);
	emit(1100, RINGSIDE_EVENT_FORK, 9);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_assert_eq(taken(), 1);
	cr_expect_eq(event(0)->a, 9);
	cr_expect_eq(ring.lost, 2);
}

Test(ring, time_stands_between_entry_and_exit_and_never_goes_back)
{
	emit(500, RINGSIDE_EVENT_SYSCALL, 0);
	emit(1500, RINGSIDE_EVENT_SYSCALL, 0);
	emit(1400, RINGSIDE_EVENT_SYSCALL, 0);
	emit(9000, RINGSIDE_EVENT_SYSCALL, 0);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_assert_eq(taken(), 4);
	cr_expect_eq(event(0)->tsc, ENTRY);
	cr_expect_eq(event(1)->tsc, 1500);
	cr_expect_eq(event(2)->tsc, 1500);
	cr_expect_eq(event(3)->tsc, EXIT);
}

Test(ring, the_offset_of_the_guests_tsc_is_taken_off)
{
	ring.tsc_offset = (uint64_t)-1000000;
	emit((uint64_t)-998800, RINGSIDE_EVENT_SYSCALL, 0);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(event(0)->tsc, 1200);
}

Test(ring, unsound_rings_are_no_rings)
{
	static const uint32_t capacities[] = {0, 3, 12, 1 << 20, 0x80000000, UINT32_MAX};

	for (size_t i = 0; i < COUNT(capacities); i++) {
		guest->capacity = capacities[i];
		event_ring_set(&ring, &memory, FRAME);
		cr_expect_null(ring.shared, "capacity %u", capacities[i]);
	}
	guest->capacity = CAPACITY;
	event_ring_set(&ring, &memory, 0);
	cr_expect_null(ring.shared);
	event_ring_set(&ring, &memory, RAM / MEMORY_PAGE_SIZE);
	cr_expect_null(ring.shared);
	event_ring_set(&ring, &memory, UINT32_MAX);
	cr_expect_null(ring.shared);
	cr_expect_eq(ring.frame, UINT32_MAX, "the register reads back what was written");
	emit(1100, RINGSIDE_EVENT_SYSCALL, 0);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), 0);
}

Test(ring, the_last_record_may_touch_the_end_of_ram)
{
	const uint32_t frame = RAM / MEMORY_PAGE_SIZE - 1;
	struct ringside_ring *last = memory_translate(&memory, frame * MEMORY_PAGE_SIZE, sizeof(*last));

	last->capacity = 64; /* 64 bytes of header and 2048 of records */
	event_ring_set(&ring, &memory, frame);
	cr_expect_not_null(ring.shared);
	last->capacity = 128; /* 4160 bytes: 64 too many */
	event_ring_set(&ring, &memory, frame);
	cr_expect_null(ring.shared);
}

Test(ring, capacity_is_read_once)
{
	guest->capacity = 1 << 30;
	for (uint64_t i = 0; i < CAPACITY; i++)
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
	event_ring_drain(&ring, &recorder, ENTRY, EXIT);
	cr_expect_eq(taken(), CAPACITY);
	cr_expect_eq(ring.capacity, CAPACITY);
}

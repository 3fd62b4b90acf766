/* SPDX-License-Identifier: MIT */
/* Unit tests of the VMM's side of the event ring, also with guests that write invalid values. */
#include <criterion/criterion.h>

#include "base/array.h"
#include "machine/event_ring.h"

enum { RAM = 4 << 20, FRAME = 4, CAPACITY = 8, ENTRY = 1000, EXIT = 2000 };

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

/* Takes all events as the run loop does. Returns the number of steps. */
static unsigned drain(void)
{
	unsigned steps = 0;
	bool more = event_ring_has_events(&ring);

	for (; more; steps++)
		more = event_ring_take(&ring, &recorder, ENTRY, EXIT);
	return steps;
}

static uint64_t taken(void)
{
	return recorder.count;
}

static const struct event_record *event(unsigned n)
{
	return &recorder_last(&recorder, (unsigned)taken() - 1 - n)->event;
}

#define ASSERT_FAULT(event, fault, records)                                                                            \
	do {                                                                                                           \
		cr_expect_eq((event)->kind, RECORD_EVENT + RINGSIDE_EVENT_RING);                                       \
		cr_expect_eq((event)->a, (uint64_t)(records));                                                         \
		cr_expect_eq((event)->b, (fault));                                                                     \
	} while (0)

TestSuite(ring, .init = set_up, .fini = tear_down);

Test(ring, events_become_records)
{
	emit(1100, RINGSIDE_EVENT_SYSCALL, 7);
	emit(1200, RINGSIDE_EVENT_RETURN, 8);
	drain();
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
	drain();
	drain();
	cr_expect_eq(taken(), 1);
}

Test(ring, it_wraps)
{
	for (uint64_t i = 0; i < 3 * CAPACITY; i++) {
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
		drain();
		cr_expect_eq(event((unsigned)i)->a, i);
	}
	cr_expect_eq(ring.lost, 0);
}

Test(ring, a_full_ring_loses_nothing)
{
	for (uint64_t i = 0; i < CAPACITY; i++)
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
	drain();
	cr_expect_eq(taken(), CAPACITY);
	cr_expect_eq(ring.lost, 0);
}

Test(ring, an_overrun_is_counted)
{
	for (uint64_t i = 0; i < CAPACITY + 3; i++)
		emit(1100, RINGSIDE_EVENT_SYSCALL, i);
	drain();
	cr_assert_eq(taken(), CAPACITY + 1);
	cr_expect_eq(ring.lost, 3);
	cr_expect_eq(event(0)->a, 3);
	ASSERT_FAULT(event(CAPACITY), RINGSIDE_RING_OVERWRITTEN, 3);
}

Test(ring, a_head_that_goes_back_or_leaps_ends)
{
	guest->head = UINT64_MAX;
	drain();
	cr_assert_eq(taken(), CAPACITY + 1);
	ASSERT_FAULT(event(CAPACITY), RINGSIDE_RING_BACKWARDS, 1);
	guest->head = 5;
	drain();
	cr_expect_leq(taken(), 2 * (CAPACITY + 1));
	cr_expect_eq(ring.tail, 5);
}

Test(ring, unknown_kinds_are_lost)
{
	emit(1100, RINGSIDE_EVENT_GUEST_COUNT, 0); /* only the VMM tells of it */
	emit(1100, UINT32_MAX, 0);
	emit(1100, RINGSIDE_EVENT_FORK, 9);
	drain();
	cr_assert_eq(taken(), 2);
	cr_expect_eq(event(0)->a, 9);
	cr_expect_eq(ring.lost, 2);
	ASSERT_FAULT(event(1), RINGSIDE_RING_KIND, 2);
}

/* A little before or behind is no lie, because the offset of the guest's TSC may be an estimate. */
Test(ring, impossible_times_are_told)
{
	emit((uint64_t)1 << 40, RINGSIDE_EVENT_SYSCALL, 0);
	emit(EXIT + 100, RINGSIDE_EVENT_SYSCALL, 1);
	emit(1100 - ((uint64_t)1 << 40), RINGSIDE_EVENT_SYSCALL, 2);
	drain();
	cr_assert_eq(taken(), 4);
	cr_expect_eq(event(0)->tsc, EXIT);
	ASSERT_FAULT(event(3), RINGSIDE_RING_CLOCK, 2);
	cr_expect_eq(ring.lost, 0);
}

/* An exit, however long, may come between the guest's reading of the clock and the event's being there. */
Test(ring, an_event_that_an_exit_cut_in_two_is_no_lie)
{
	const uint64_t later = (uint64_t)1 << 40;

	emit(1100, RINGSIDE_EVENT_SYSCALL, 0);
	drain();
	emit(1200, RINGSIDE_EVENT_RETURN, 0);
	event_ring_take(&ring, &recorder, later, later + 100);
	cr_assert_eq(taken(), 2);
	cr_expect_eq(event(1)->tsc, later);
	emit(1000, RINGSIDE_EVENT_SYSCALL, 0);
	event_ring_take(&ring, &recorder, later, later + 100);
	ASSERT_FAULT(event(3), RINGSIDE_RING_CLOCK, 1);
}

Test(ring, time_stands_between_entry_and_exit_and_never_goes_back)
{
	emit(500, RINGSIDE_EVENT_SYSCALL, 0);
	emit(1500, RINGSIDE_EVENT_SYSCALL, 0);
	emit(1400, RINGSIDE_EVENT_SYSCALL, 0);
	emit(9000, RINGSIDE_EVENT_SYSCALL, 0);
	drain();
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
	drain();
	cr_expect_eq(event(0)->tsc, 1200);
}

Test(ring, unsound_rings_are_no_rings)
{
	static const uint32_t capacities[] = {0, 3, 12, 1 << 17, 1 << 20, 0x80000000, UINT32_MAX};

	for (size_t i = 0; i < COUNT(capacities); i++) {
		guest->capacity = capacities[i];
		event_ring_set(&ring, &memory, FRAME);
		cr_expect_null(ring.shared, "capacity %u", capacities[i]);
		cr_expect_eq(ring.refused, i + 1);
		cr_expect_eq(ring.refused_capacity, capacities[i]);
	}
	guest->capacity = CAPACITY;
	event_ring_set(&ring, &memory, 0);
	cr_expect_null(ring.shared);
	event_ring_set(&ring, &memory, RAM / MEMORY_PAGE_SIZE);
	cr_expect_null(ring.shared);
	event_ring_set(&ring, &memory, UINT32_MAX);
	cr_expect_null(ring.shared);
	cr_expect_eq(ring.frame, 0, "the register reads back that there is no ring");
	cr_expect_eq(ring.refused, COUNT(capacities) + 2, "frame 0 is no ring, and not refused");
	emit(1100, RINGSIDE_EVENT_SYSCALL, 0);
	drain();
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
	drain();
	cr_expect_eq(taken(), CAPACITY);
	cr_expect_eq(ring.capacity, CAPACITY);
}

Test(ring, the_greatest_ring_is_taken_in_steps)
{
	enum { ROUNDS = 3 };
	guest->capacity = RINGSIDE_RING_CAPACITY_MAX;
	event_ring_set(&ring, &memory, FRAME);
	cr_assert_not_null(ring.shared);
	for (unsigned round = 1; round <= ROUNDS; round++) {
		guest->head += RINGSIDE_RING_CAPACITY_MAX;
		cr_expect_eq(drain(), RINGSIDE_RING_CAPACITY_MAX / EVENT_RING_STEP);
		cr_expect_eq(taken(), (uint64_t)round * RINGSIDE_RING_CAPACITY_MAX);
		cr_expect_eq(guest->tail, guest->head);
	}
	cr_expect_eq(ring.lost, 0);
}

Test(ring, time_does_not_go_back_from_one_step_to_the_next)
{
	guest->capacity = 2 * EVENT_RING_STEP;
	event_ring_set(&ring, &memory, FRAME);
	for (unsigned i = 0; i < 2 * EVENT_RING_STEP; i++)
		guest->records[i] = (struct ringside_event_record){.tsc = i < EVENT_RING_STEP ? 1500 : 1200};
	guest->head = 2 * EVENT_RING_STEP;
	cr_expect_eq(drain(), 2);
	cr_expect_eq(recorder_last(&recorder, 0)->event.tsc, 1500);
}

Test(ring, events_that_are_left_are_lost)
{
	emit(1100, RINGSIDE_EVENT_SYSCALL, 0);
	emit(1100, RINGSIDE_EVENT_SYSCALL, 1);
	event_ring_abandon(&ring, &recorder, 3000);
	cr_expect_eq(ring.lost, 2);
	cr_assert_eq(taken(), 1);
	cr_expect_eq(event(0)->tsc, 3000);
	ASSERT_FAULT(event(0), RINGSIDE_RING_LEFT, 2);
	cr_expect_not(event_ring_has_events(&ring));
}

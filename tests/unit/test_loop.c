/* SPDX-License-Identifier: MIT */
/* Unit tests of the run loop without KVM: what is left when KVM_RUN fails. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "host/kick.h"
#include "machine/loop.h"

enum { RUN_SIZE = 0x3000, FRAME = 4, CAPACITY = 8 };

static uint64_t now(void *owner)
{
	(void)owner;
	return 1000;
}

static void alarm_at(void *owner, uint64_t deadline)
{
	(void)owner;
	(void)deadline;
}

/* No vCPU is behind descriptor -1, so KVM_RUN fails with EBADF. */
Test(loop, when_kvm_run_fails_the_last_events_are_taken)
{
	static struct board board;
	static struct recorder recorder;
	struct memory memory;
	struct error error;
	struct vcpu vcpu = {.fd = -1, .run = calloc(1, RUN_SIZE)};
	struct loop loop = {.vcpu = &vcpu, .board = &board, .recorder = &recorder};
	const struct board_parts parts = {
		.memory = &memory, .clock = {.now = now, .alarm = alarm_at}, .features = RINGSIDE_FEATURE_EVENTS};

	cr_assert_eq(memory_create(&memory, 1 << 20, &error), 0);
	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	recorder_init(&recorder);
	struct ringside_ring *ring = memory_translate(&memory, FRAME * MEMORY_PAGE_SIZE, sizeof(*ring));
	ring->capacity = CAPACITY;
	board.control.set_ring(&board, FRAME);
	ring->head = 2;
	ring->records[0].a = 7;
	ring->records[1].a = 8;
	loop_run(&loop);
	cr_expect_eq(board.ending, ENDING_RUN_FAILURE);
	cr_expect_eq(loop.failure, EBADF);
	cr_assert_eq(recorder.count, 3);
	cr_expect_eq(recorder_last(&recorder, 1)->event.a, 8);
	cr_expect_eq(recorder_last(&recorder, 0)->event.b, RINGSIDE_RING_CLOCK); /* their times are 0 */
	cr_expect_eq(board.ring.lost, 0);
	free(vcpu.run);
	memory_destroy(&memory);
}

/* A signal that asks for the end has come: of a full ring one more step is taken, and the rest is lost. */
Test(loop, the_end_of_the_run_does_not_wait_for_a_full_ring)
{
	static struct board board;
	static struct recorder recorder;
	struct memory memory;
	struct error error;
	struct vcpu vcpu = {.fd = -1, .run = calloc(1, RUN_SIZE)};
	struct loop loop = {.vcpu = &vcpu, .board = &board, .recorder = &recorder};
	const struct board_parts parts = {
		.memory = &memory, .clock = {.now = now, .alarm = alarm_at}, .features = RINGSIDE_FEATURE_EVENTS};

	cr_assert_eq(memory_create(&memory, 1 << 20, &error), 0);
	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	recorder_init(&recorder);
	cr_assert_eq(kick_start(&error), 0, "%s", error.text);
	raise(SIGTERM);
	struct ringside_ring *ring = memory_translate(&memory, FRAME * MEMORY_PAGE_SIZE, sizeof(*ring));
	ring->capacity = 4 * EVENT_RING_STEP;
	board.control.set_ring(&board, FRAME);
	ring->head = ring->capacity;
	loop_run(&loop);
	cr_expect_eq(recorder.count, EVENT_RING_STEP + 1); /* and that their times are 0 */
	event_ring_abandon(&board.ring, NULL, 0);
	cr_expect_eq(board.ring.lost, 3 * EVENT_RING_STEP);
	free(vcpu.run);
	memory_destroy(&memory);
}

/* A trace of the run was not asked for, so the guest was told not to write events. */
Test(loop, a_ring_that_was_not_offered_is_ignored)
{
	static struct board board;
	struct memory memory;
	struct error error;
	const struct board_parts parts = {.memory = &memory, .clock = {.now = now, .alarm = alarm_at}};

	cr_assert_eq(memory_create(&memory, 1 << 20, &error), 0);
	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	struct ringside_ring *ring = memory_translate(&memory, FRAME * MEMORY_PAGE_SIZE, sizeof(*ring));
	ring->capacity = CAPACITY;
	board.control.set_ring(&board, FRAME);
	ring->head = 2;
	cr_expect_not(event_ring_has_events(&board.ring));
	cr_expect_eq(board.control.get_ring(&board), 0);
	cr_expect_eq(board.ring.refused, 0);
	memory_destroy(&memory);
}

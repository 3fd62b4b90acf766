/* SPDX-License-Identifier: MIT */
/* Unit tests of what compares two traces: where sequences part, and what of a run is a process's own doing. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "records.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "tools/trace/diff/diff.h"

/* ---- sequences ---- */

static void fill(struct sequence *sequence, uint64_t count, uint64_t different)
{
	for (uint64_t i = 0; i < count; i++)
		sequence_add(sequence, i == different ? ~i : i);
}

/* The range must contain the place, and be no wider than the rarest marks. */
static void expect_part(uint64_t a_count, uint64_t b_count, uint64_t different, uint64_t place)
{
	struct sequence a = {0}, b = {0};

	fill(&a, a_count, UINT64_MAX);
	fill(&b, b_count, different);
	cr_assert_not(sequence_same(&a, &b));
	const struct sequence_range range = sequence_part(&a, &b);
	const uint64_t stride = a.coarser > b.coarser ? sequence_stride(&a) : sequence_stride(&b);
	cr_assert(range.from <= place && place < range.to, "%lu is not in %lu to %lu", place, range.from, range.to);
	cr_assert_leq(range.to - range.from, stride + 1);
	sequence_free(&a);
	sequence_free(&b);
}

Test(diff, sequences_part_where_an_element_differs)
{
	const uint64_t lengths[] = {1, 15, 16, 17, 1000, 131071, 131072, 131073, 1000000};

	for (size_t i = 0; i < COUNT(lengths); i++) {
		const uint64_t length = lengths[i];
		expect_part(length, length, 0, 0);
		expect_part(length, length, length / 2, length / 2);
		expect_part(length, length, length - 1, length - 1);
	}
}

Test(diff, sequences_part_where_one_ends)
{
	expect_part(0, 1, UINT64_MAX, 0);
	expect_part(16, 17, UINT64_MAX, 16);
	expect_part(32, 16, UINT64_MAX, 16);
	expect_part(500000, 100, UINT64_MAX, 100);
	expect_part(100, 500000, UINT64_MAX, 100);
}

/* ---- traces ---- */

enum { RECORDS_MAX = 64, CODE = 0x401000 };

struct run {
	union record records[RECORDS_MAX];
	unsigned count;
	uint64_t now;
};

static void add(struct run *run, unsigned kind, uint32_t pid, uint64_t a, uint64_t b)
{
	run->records[run->count++] = event_at(run->now += 10, kind, pid, a, b);
}

#define EVENT(kind, pid, a, b) add(run, RINGSIDE_EVENT_##kind, pid, a, b)

static void call(struct run *run, uint32_t pid, uint64_t number, uint64_t result)
{
	EVENT(SYSCALL, pid, number, CODE);
	EVENT(SYSCALL_RESULT, pid, number, result);
	EVENT(RETURN, pid, CODE, 0);
}

/* A timer interrupt in process `from`, after which `to` gets the CPU. The kernel's addresses are what they are. */
static void tick(struct run *run, uint32_t from, uint32_t to, uint64_t pc)
{
	EVENT(INTERRUPT, from, RINGSIDE_TRAP_TIMER, pc);
	EVENT(SAVE, from, run->now, to);
	EVENT(RESTORE, to, run->now, 0);
	EVENT(RETURN, to, CODE, 0);
}

static struct diff *compare(const struct run *a, const struct run *b)
{
	const struct trace_clock *const clocks[] = {&test_clock, &test_clock};
	const struct symbols *const symbols[] = {NULL, NULL};
	const struct run *const runs[] = {a, b};
	struct diff *diff = diff_new(clocks, symbols);

	for (unsigned side = 0; side < DIFF_SIDES; side++)
		for (unsigned i = 0; i < runs[side]->count; i++)
			diff_record(diff, side, &runs[side]->records[i]);
	cr_assert_eq(diff_end(diff), 0);
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		cr_assert_eq(diff_search_begin(diff, side), 0);
		for (unsigned i = 0; i < runs[side]->count && diff_search_record(diff, &runs[side]->records[i]); i++)
			;
	}
	diff_search_end(diff);
	return diff;
}

static void two_processes(struct run *run)
{
	*run = (struct run){.now = 1000};
	EVENT(RETURN, 1, CODE, 0);
	call(run, 1, RINGSIDE_SYS_getpid, 1);
	tick(run, 1, 2, CODE);
	call(run, 2, RINGSIDE_SYS_getpid, 2);
	tick(run, 2, 1, CODE);
	call(run, 1, RINGSIDE_SYS_write, 13);
}

Test(diff, the_same_run_at_another_time_differs_in_its_times_alone)
{
	struct run a, b;

	two_processes(&a);
	two_processes(&b);
	struct diff *diff = compare(&a, &b);
	cr_assert(diff_same(diff, DIFF_RECORDS) && diff_same(diff, DIFF_TIMES));
	diff_free(diff);
	b.records[3].event.tsc++;
	diff = compare(&a, &b);
	cr_assert(diff_same(diff, DIFF_RECORDS) && !diff_same(diff, DIFF_TIMES));
	diff_free(diff);
}

Test(diff, an_interrupt_elsewhere_is_not_what_a_process_does)
{
	struct run a, b, *run = &b;

	two_processes(&a);
	*run = (struct run){.now = 1000};
	EVENT(RETURN, 1, CODE, 0);
	tick(run, 1, 2, CODE + 8);
	call(run, 2, RINGSIDE_SYS_getpid, 2);
	tick(run, 2, 1, CODE + 4);
	call(run, 1, RINGSIDE_SYS_getpid, 1);
	call(run, 1, RINGSIDE_SYS_write, 13);
	struct diff *diff = compare(&a, &b);
	cr_assert_not(diff_same(diff, DIFF_EVENTS));
	cr_assert(diff_same(diff, DIFF_DECISIONS));
	cr_assert_null(diff_parting(diff, DIFF_LINES, 1));
	cr_assert_null(diff_parting(diff, DIFF_LINES, 2));
	const struct diff_parting *first = diff_parting(diff, DIFF_EVENTS, 0);
	cr_assert_eq(first->index, 1);
	cr_assert_eq(first->at[DIFF_A].record, 1);
	cr_assert_eq(first->at[DIFF_B].record, 1);
	diff_free(diff);
}

Test(diff, the_place_is_found_in_each_trace_and_process)
{
	struct run a, b, *run = &b;

	two_processes(&a);
	*run = (struct run){.now = 1000};
	EVENT(RETURN, 1, CODE, 0);
	call(run, 1, RINGSIDE_SYS_getpid, 1);
	tick(run, 1, 3, CODE);
	call(run, 3, RINGSIDE_SYS_getpid, 3);
	tick(run, 3, 1, CODE);
	call(run, 1, RINGSIDE_SYS_write, 14);
	struct diff *diff = compare(&a, &b);
	const struct diff_parting *decision = diff_parting(diff, DIFF_DECISIONS, 0);
	cr_assert_eq(decision->index, 0);
	cr_assert_eq(a.records[decision->at[DIFF_A].record].event.pid, 2);
	cr_assert_eq(b.records[decision->at[DIFF_B].record].event.pid, 3);
	const struct diff_parting *own = diff_parting(diff, DIFF_LINES, 1);
	cr_assert_eq(own->index, 5, "%lu", own->index);
	cr_assert_eq(a.records[own->at[DIFF_A].record].event.b, 13);
	cr_assert_eq(b.records[own->at[DIFF_B].record].event.b, 14);
	diff_free(diff);
}

Test(diff, what_the_host_did_is_no_part_of_a_run)
{
	struct run a, b, *run = &b;

	two_processes(&a);
	two_processes(&b);
	EVENT(HOST_TOOK, 0, 1000, 1000);
	struct diff *diff = compare(&a, &b);
	cr_assert(diff_same(diff, DIFF_RECORDS) && diff_same(diff, DIFF_EVENTS));
	diff_free(diff);
}

Test(diff, one_run_ends_before_the_other)
{
	struct run a, b;

	two_processes(&a);
	two_processes(&b);
	b.count -= 2;
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct diff *diff = swapped ? compare(&b, &a) : compare(&a, &b);
		const struct diff_parting *first = diff_parting(diff, DIFF_EVENTS, 0);
		cr_assert_eq(first->index, b.count);
		cr_assert(first->at[swapped ? DIFF_A : DIFF_B].ended);
		cr_assert_not(first->at[swapped ? DIFF_B : DIFF_A].ended);
		cr_assert_eq(first->at[swapped ? DIFF_B : DIFF_A].record, b.count);
		diff_free(diff);
	}
}

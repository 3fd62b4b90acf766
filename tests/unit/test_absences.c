/* SPDX-License-Identifier: MIT */
/* Unit tests of absences: rings of context switches as the kernel writes them, and damaged ones. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "host/absences.h"

enum { WORDS = 32, OFFSET = 4096, OUT = PERF_RECORD_MISC_SWITCH_OUT, PREEMPT = 1 << 14 };

static _Alignas(4096) union {
	struct perf_event_mmap_page page;
	uint64_t words[OFFSET / 8 + WORDS];
} ring;

static struct absences absences;

static void attach(void)
{
	memset(&ring, 0, sizeof(ring));
	ring.page.data_offset = OFFSET;
	ring.page.data_size = WORDS * sizeof(uint64_t);
	absences = (struct absences){.schedstat = -1};
	absences_attach(&absences, &ring.page);
}

static void put_word(uint64_t word)
{
	ring.words[OFFSET / 8 + ring.page.data_head / 8 % WORDS] = word;
	ring.page.data_head += 8;
}

static void put_header(uint32_t type, uint16_t misc, uint16_t size)
{
	const struct perf_event_header header = {type, misc, size};
	uint64_t word;

	memcpy(&word, &header, sizeof(word));
	put_word(word);
}

static void put_switch(uint16_t misc, uint64_t ns)
{
	put_header(PERF_RECORD_SWITCH, misc, 16);
	put_word(ns);
}

static uint64_t clock_now(void)
{
	return clock_ns(CLOCK_MONOTONIC_RAW);
}

Test(absences, switches_become_absences_between_two_readings_of_the_tsc)
{
	struct time_away away;

	attach();
	const uint64_t before = __builtin_ia32_rdtsc(), left = clock_now();
	usleep(2000);
	const uint64_t back = clock_now(), after = __builtin_ia32_rdtsc();
	cr_assert_not(absences_are_told(&absences));
	put_switch(OUT | PREEMPT, left);
	put_switch(0, back);
	cr_assert(absences_are_told(&absences));
	cr_assert(absences_next(&absences, &away));
	cr_expect_not(away.is_voluntary);
	cr_expect_eq(away.ns, back - left);
	/* The two clocks are read one after the other, so that they are as far apart as the thread may be interrupted.
	 */
	cr_expect_leq(away.end - away.ticks - before, away.ticks);
	cr_expect_leq(away.ticks, (after - before) * 2);
	cr_expect_not(absences_next(&absences, &away));
	cr_expect_not(absences_are_told(&absences));
	cr_expect_eq(ring.page.data_tail, ring.page.data_head);
}

Test(absences, waiting_is_told_from_being_preempted_and_the_ring_wraps)
{
	struct time_away away;
	uint64_t last = 0;

	attach();
	for (unsigned i = 0; i < 100; i++) {
		put_switch((uint16_t)(i % 2 == 0 ? OUT : OUT | PREEMPT), clock_now());
		put_switch(0, clock_now());
		cr_assert(absences_next(&absences, &away));
		cr_expect_eq(away.is_voluntary, i % 2 == 0);
		cr_expect_geq(away.end, last);
		last = away.end;
		cr_assert_not(absences_next(&absences, &away));
	}
}

/* The kernel had no room: what it lost is counted, and no absence is made of two that belong to others. */
Test(absences, lost_switches_make_no_absence)
{
	struct time_away away;

	attach();
	put_switch(OUT | PREEMPT, clock_now());
	put_header(PERF_RECORD_LOST, 0, 32);
	put_word(1);
	put_word(7);
	put_word(clock_now());
	put_switch(0, clock_now());
	cr_expect_not(absences_next(&absences, &away));
	cr_expect_eq(absences.lost, 7);
}

Test(absences, nonsense_in_the_ring_ends)
{
	struct time_away away;

	attach();
	put_switch(0, clock_now());		     /* it ran from the start */
	put_switch(OUT, clock_now());		     /* never came back */
	put_switch(OUT | PREEMPT, clock_now() + 10); /* and left again */
	put_switch(0, 5);			     /* before it left */
	put_header(PERF_RECORD_SAMPLE, 0, 0);	     /* of no size */
	put_word(0);
	cr_expect_not(absences_next(&absences, &away));
	cr_expect_not(absences_are_told(&absences));
}

Test(absences, totals_grow_while_the_thread_runs)
{
	struct absences own;
	uint64_t run, wait, later;

	absences_start(&own, false);
	if (!absences_totals(&own, &run, &wait))
		cr_skip("no /proc/thread-self/schedstat");
	for (const uint64_t start = clock_now(); clock_now() - start < 20 * NS_PER_MS;)
		;
	cr_assert(absences_totals(&own, &later, &wait));
	cr_expect_gt(later, run);
}

/* ---- exits of the guest ---- */

enum { EXIT = 1473, ENTRY = 1482 };

static const char exit_format[] = "name: kvm_exit\nID: 1473\nformat:\n"
				  "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
				  "\tfield:unsigned int exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
				  "\tfield:unsigned long guest_rip;\toffset:16;\tsize:8;\tsigned:0;\n"
				  "\tfield:u32 isa;\toffset:24;\tsize:4;\tsigned:0;\n";
static const char entry_format[] = "name: kvm_entry\nID: 1482\nformat:\n";

static void attach_with_exits(void)
{
	attach();
	cr_assert(absences_read_format(exit_format, false, &absences.exit));
	cr_assert(absences_read_format(entry_format, true, &absences.entry));
}

/* The record of a tracepoint, as perf_event_open(2) lays it out: its raw part begins with the size in 4 bytes. */
static void put_sample(uint16_t id, uint64_t ns, uint32_t reason, uint64_t rip, uint32_t isa)
{
	struct {
		uint32_t size;
		uint16_t id, flags;
		uint32_t pid, reason;
		uint32_t gap, rip[2], isa;
	} raw = {28, id, 0, 1, reason, 0, {(uint32_t)rip, (uint32_t)(rip >> 32)}, isa};
	uint64_t words[4];

	_Static_assert(sizeof(raw) == sizeof(words) + 4 || sizeof(raw) == sizeof(words), "whole words");
	memcpy(words, &raw, sizeof(words));
	put_header(PERF_RECORD_SAMPLE, 0, 48);
	put_word(ns);
	for (unsigned i = 0; i < 4; i++)
		put_word(words[i]);
}

Test(absences, exits_last_until_the_guest_is_entered_again)
{
	struct time_away away;

	attach_with_exits();
	put_sample(ENTRY, clock_now(), 0, 0, 0); /* nothing was left */
	const uint64_t left = clock_now(), back = left + 5000;
	put_sample(EXIT, left, 0x400, 0xffffffff80100040, 2);
	put_sample(ENTRY, back, 0, 0, 0);
	cr_assert(absences_next(&absences, &away));
	cr_expect(away.is_exit);
	cr_expect_eq(away.ns, 5000);
	cr_expect_eq(away.reason, 0x400);
	cr_expect_eq(away.isa, 2);
	cr_expect_eq(away.rip, 0xffffffff80100040);
	cr_expect_not(absences_next(&absences, &away));
}

/* What cannot be true makes no exit: an entry before its exit, a lost exit, a record that ends in the middle. */
Test(absences, nonsense_makes_no_exit)
{
	struct time_away away;

	attach_with_exits();
	put_sample(EXIT, clock_now(), 1, 2, 1);
	put_sample(ENTRY, 5, 0, 0, 0);
	put_header(PERF_RECORD_LOST, 0, 32);
	put_word(1);
	put_word(1);
	put_word(clock_now());
	put_sample(ENTRY, clock_now(), 0, 0, 0);
	cr_expect_not(absences_next(&absences, &away));
	put_header(PERF_RECORD_SAMPLE, 0, 16);
	put_word(clock_now());
	cr_expect_not(absences_next(&absences, &away));
	cr_expect_not(absences_are_told(&absences));
}

Test(absences, formats_without_a_field_or_far_behind_the_record_are_refused)
{
	struct tracepoint tracepoint;

	cr_assert(absences_read_format(exit_format, false, &tracepoint));
	cr_expect_eq(tracepoint.id, EXIT);
	cr_expect_eq(tracepoint.reason, 8);
	cr_expect_eq(tracepoint.rip, 16);
	cr_expect_eq(tracepoint.isa, 24);
	cr_expect_not(absences_read_format("", false, &tracepoint));
	cr_expect_not(absences_read_format(entry_format, false, &tracepoint));
	cr_expect_not(absences_read_format("\nID: 0\n", true, &tracepoint));
	cr_expect_not(absences_read_format(
		"\nID: 7\n exit_reason;\toffset:8; guest_rip;\toffset:16; isa;\toffset:4000;", false, &tracepoint));
}

/* ---- sums ---- */

enum { KHZ = 2000000 };

static void write_sums(const char *text)
{
	cr_assert_eq(ftruncate(absences.schedstat, 0), 0);
	cr_assert_eq(pwrite(absences.schedstat, text, strlen(text), 0), (ssize_t)strlen(text));
}

Test(absences, waits_in_long_stretches_are_found_in_the_sums)
{
	char path[] = "/tmp/ringside-sums-XXXXXX";
	struct time_away away;

	absences = (struct absences){.schedstat = mkstemp(path), .wait_ns = 1000};
	cr_assert_geq(absences.schedstat, 0);
	unlink(path);
	write_sums("5 1001000 3\n");
	cr_expect_not(absences_in_stretch(&absences, 9000000, KHZ, KHZ, &away)); /* no longer than 1 ms */
	cr_assert(absences_in_stretch(&absences, 9000000, 3 * KHZ, KHZ, &away));
	cr_expect_eq(away.end, 9000000);
	cr_expect_eq(away.ns, 1000000);
	cr_expect_eq(away.ticks, KHZ);
	cr_expect_not(away.is_voluntary);
	cr_expect_not(absences_in_stretch(&absences, 9900000, 3 * KHZ, KHZ, &away)); /* nothing since */
	write_sums("5 9001000 3\n");
	cr_assert(absences_in_stretch(&absences, 20000000, 2 * KHZ, KHZ, &away)); /* no more than the stretch */
	cr_expect_eq(away.ticks, 2 * KHZ);
	cr_expect_eq(away.ns, 2000000);
	write_sums("5 7 3\n"); /* backwards */
	cr_expect_not(absences_in_stretch(&absences, 30000000, 2 * KHZ, KHZ, &away));
	write_sums("nothing");
	cr_expect_not(absences_in_stretch(&absences, 40000000, 2 * KHZ, KHZ, &away));
	close(absences.schedstat);
}

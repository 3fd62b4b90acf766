/* SPDX-License-Identifier: MIT */
/* Unit tests of histograms and of the profile of a trace, which attributes time to programs. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "records.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "tools/trace/stat/profile.h"

/* ---- histograms ---- */

static uint64_t random_number(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

Test(histogram, small_numbers_are_exact)
{
	struct histogram histogram = {0};

	for (uint64_t i = 1; i <= 100; i++)
		histogram_add(&histogram, i);
	cr_assert_eq(histogram_percentile(&histogram, 1), 1);
	cr_assert_eq(histogram_percentile(&histogram, 50), 50);
	cr_assert_eq(histogram_percentile(&histogram, 99), 99);
	cr_assert_eq(histogram_percentile(&histogram, 100), 100);
	cr_assert_eq(histogram.sum, 5050);
}

/* With a single number every percentile is that number, with an error of less than 0.8 %. */
Test(histogram, the_error_is_bounded)
{
	uint64_t state = 88172645463325252;

	for (unsigned i = 0; i < 200000; i++) {
		uint64_t value = random_number(&state) >> (i % 64);
		unsigned bucket = histogram_bucket(value);
		struct histogram histogram = {0};
		cr_assert_lt(bucket, HISTOGRAM_BUCKETS);
		histogram.count = 2;
		histogram.max = UINT64_MAX;
		histogram.buckets[bucket] = 2;
		double found = (double)histogram_percentile(&histogram, 50), wanted = (double)value;
		cr_assert_leq(found > wanted ? found - wanted : wanted - found, wanted * 0.008, "%.0f for %.0f", found,
			      wanted);
	}
}

Test(histogram, buckets_rise_without_a_gap)
{
	for (unsigned bit = 0; bit < 63; bit++) {
		uint64_t power = UINT64_C(1) << bit;
		cr_assert_eq(histogram_bucket(power * 2 - 1) + 1, histogram_bucket(power * 2), "at bit %u", bit);
	}
	cr_assert_eq(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}

static int compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

Test(histogram, percentiles_agree_with_sorting)
{
	enum { COUNT = 10007 };
	static uint64_t values[COUNT];
	static struct histogram histogram;
	uint64_t state = 42;

	for (unsigned i = 0; i < COUNT; i++) {
		values[i] = random_number(&state) >> (20 + i % 30);
		histogram_add(&histogram, values[i]);
	}
	qsort(values, COUNT, sizeof(values[0]), compare);
	for (unsigned percent = 1; percent <= 100; percent++) {
		double wanted = (double)values[(COUNT * percent + 99) / 100 - 1];
		double found = (double)histogram_percentile(&histogram, percent);
		cr_assert_leq(found > wanted ? found - wanted : wanted - found, wanted * 0.008, "p%u: %.0f for %.0f",
			      percent, found, wanted);
	}
}

Test(histogram, sums_do_not_wrap)
{
	struct histogram histogram = {0};

	histogram_add(&histogram, UINT64_MAX);
	histogram_add(&histogram, 5);
	cr_assert_eq(histogram.sum, UINT64_MAX);
	cr_assert_eq(histogram.min, 5);
}

/* ---- profiles ---- */

static void add_exit(struct profile *profile, uint64_t entry, uint64_t tsc, unsigned cpl)
{
	union record record = {
		.exit = {.tsc = tsc, .entry = entry, .kind = RINGSIDE_EXIT_IO, .cpl_size = (uint8_t)cpl}};

	profile_record(profile, &record);
}

static void add_event(struct profile *profile, uint64_t tsc, unsigned kind, uint32_t pid, uint64_t a)
{
	const union record record = event_at(tsc, kind, pid, a, 0);

	profile_record(profile, &record);
}

#define ASSERT_ONE(histogram, ticks)                                                                                   \
	do {                                                                                                           \
		cr_assert_not_null(histogram);                                                                         \
		cr_assert_eq((histogram)->count, 1);                                                                   \
		cr_assert_eq((histogram)->sum, ticks, "%lu", (unsigned long)(histogram)->sum);                         \
	} while (0)

/*
 * Boot from 100 to 1000; VMM until 1050; the process from 1100 on; a write from 1300 to 1600, with an exit from 1400 to
 * 1450 inside; a fault from 1700 to 1725; the end at 2000.
 */
Test(profile, time_goes_to_whom_it_belongs)
{
	struct profile *profile = profile_new(NULL, NULL);

	add_exit(profile, 100, 1000, 0);
	add_event(profile, 1090, RINGSIDE_EVENT_RESTORE, 3, 0);
	add_event(profile, 1100, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_event(profile, 1300, RINGSIDE_EVENT_SYSCALL, 3, RINGSIDE_SYS_write);
	add_exit(profile, 1050, 1400, 0);
	add_event(profile, 1600, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_event(profile, 1700, RINGSIDE_EVENT_EXCEPTION, 3, RINGSIDE_TRAP_PF);
	add_event(profile, 1725, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_exit(profile, 1450, 2000, 3);
	profile_end(profile);

	const struct time_sum *boot = &profile->time.list[TIME_BOOT], *process = time_sums_process(&profile->time, 3);
	cr_assert_eq(boot->shares[SHARE_KERNEL], 900 + 40);
	cr_assert_eq(boot->shares[SHARE_VMM], 100 + 50); /* also before the guest was entered for the first time */
	cr_assert_eq(boot->shares[SHARE_USER], 0);
	cr_assert_eq(process->shares[SHARE_USER], 200 + 100 + 275);
	cr_assert_eq(process->shares[SHARE_KERNEL], 10 + 100 + 150 + 25);
	cr_assert_eq(process->shares[SHARE_VMM], 50);
	cr_assert_eq(process->switches, 1);
	ASSERT_ONE(profile->syscalls[RINGSIDE_SYS_write].guest, 250);
	ASSERT_ONE(profile->syscalls[RINGSIDE_SYS_write].vmm, 50);
	ASSERT_ONE(profile->syscalls[RINGSIDE_SYS_write].elapsed, 300);
	ASSERT_ONE(profile->exceptions[RINGSIDE_TRAP_PF].guest, 25);
	cr_assert_eq(profile->exits[RINGSIDE_EXIT_IO].count, 3);
	cr_assert_eq(profile->exits[RINGSIDE_EXIT_IO].guest->sum, 900 + 350 + 550);
	cr_assert_eq(profile->exits[RINGSIDE_EXIT_IO].vmm->sum, 100);
	profile_free(profile);
}

/* Process 3 waits in a call while process 4 runs: this time does not count as time of the call. */
Test(profile, waiting_is_not_the_time_of_a_call)
{
	struct profile *profile = profile_new(NULL, NULL);

	add_exit(profile, 100, 1000, 0);
	add_event(profile, 1000, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_event(profile, 1100, RINGSIDE_EVENT_SYSCALL, 3, RINGSIDE_SYS_wait4);
	add_event(profile, 1120, RINGSIDE_EVENT_RESTORE, 4, 0);
	add_event(profile, 1130, RINGSIDE_EVENT_RETURN, 4, 0x401000);
	add_event(profile, 5000, RINGSIDE_EVENT_SYSCALL, 4, RINGSIDE_SYS_exit);
	add_event(profile, 5010, RINGSIDE_EVENT_PROC_EXIT, 4, 0);
	add_event(profile, 5020, RINGSIDE_EVENT_RESTORE, 3, 0);
	add_event(profile, 5025, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_exit(profile, 1000, 6000, 3);
	profile_end(profile);

	ASSERT_ONE(profile->syscalls[RINGSIDE_SYS_wait4].guest, 20 + 5);
	ASSERT_ONE(profile->syscalls[RINGSIDE_SYS_wait4].elapsed, 5025 - 1100);
	cr_assert_eq(profile->syscalls[RINGSIDE_SYS_exit].count, 1);
	cr_assert_null(profile->syscalls[RINGSIDE_SYS_exit].guest);
	profile_free(profile);
}

Test(profile, traps_of_the_kernel_are_no_transitions)
{
	struct profile *profile = profile_new(NULL, NULL);

	add_exit(profile, 100, 1000, 0);
	add_event(profile, 1100, RINGSIDE_EVENT_INTERRUPT, 0, RINGSIDE_TRAP_TIMER);
	add_exit(profile, 1010, 2000, 0);
	cr_assert_eq(profile->interrupts[RINGSIDE_TRAP_TIMER].count, 0);
	profile_free(profile);
}

/* Time runs backwards, numbers are absurd, there is no exit: only memory safety and bounds are checked. */
Test(profile, nonsense_is_survived)
{
	struct profile *profile = profile_new(NULL, NULL);
	uint64_t state = 7;
	char *text = NULL;
	size_t size;

	for (unsigned i = 0; i < 200000; i++) {
		uint64_t number = random_number(&state);
		if (number % 50 == 0)
			add_exit(profile, random_number(&state), random_number(&state), (unsigned)number & 3);
		else
			add_event(profile, random_number(&state), (unsigned)(number / 50 % RINGSIDE_EVENT_COUNT),
				  (uint32_t)(number >> 32) % 10000, random_number(&state) >> (number % 64));
	}
	profile_end(profile);
	FILE *out = open_memstream(&text, &size);
	for (unsigned width = 0; width < 140; width += 10) {
		struct page page;
		page_start(&page, out, (struct tty_style){.width = width});
		profile_print(profile, &test_clock, &page);
		page_end(&page);
	}
	profile_print_json(profile, &test_clock, out);
	profile_print_csv(profile, &test_clock, out);
	fclose(out);
	cr_assert_gt(size, 1000);
	free(text);
	profile_free(profile);
}

static char *printed(void (*print)(const struct profile *profile, const struct trace_clock *clock, FILE *out))
{
	struct profile *profile = profile_new(NULL, NULL);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	add_exit(profile, 1000, 3000, 0);
	add_exit(profile, 4000, 6000, 0);
	profile_end(profile);
	print(profile, &test_clock, out);
	fclose(out);
	profile_free(profile);
	return text;
}

/* A tick due 5 us before it was raised at 2000, injected at that exit; another that had to wait for a window. */
Test(profile, a_tick_is_one_chain)
{
	const struct file_header header = {.clock = {.tsc_khz = 1000000}}; /* a tick of the TSC is a nanosecond */
	struct profile *profile = profile_new(NULL, &header);
	const struct latencies *latencies = &profile->latencies;
	union record injects = {.exit = {.tsc = 1900,
					 .entry = 1000,
					 .kind = RINGSIDE_EXIT_INTR,
					 .flags = RECORD_INJECTED,
					 .vector = RINGSIDE_TRAP_TIMER}};

	profile_record(profile, &injects);
	add_event(profile, 2000, RINGSIDE_EVENT_TICK, 0, 5000);
	add_event(profile, 2350, RINGSIDE_EVENT_INTERRUPT, 3, RINGSIDE_TRAP_TIMER);
	add_exit(profile, 2300, 3000, CPL_KERNEL);
	cr_expect_eq(latencies->steps[TICK_RAISED].max, 5000);
	cr_expect_eq(latencies->steps[TICK_ENTERED].max, 300);
	cr_expect_eq(latencies->steps[TICK_HANDLED].max, 50);
	cr_expect_eq(latencies->steps[TICK_ALL].max, 5350);
	add_event(profile, 3100, RINGSIDE_EVENT_TICK, 0, 0); /* interrupts are off */
	injects.exit.entry = 3200;
	injects.exit.tsc = 4000;
	profile_record(profile, &injects);
	add_event(profile, 4150, RINGSIDE_EVENT_INTERRUPT, 3, RINGSIDE_TRAP_TIMER);
	add_exit(profile, 4100, 5000, CPL_KERNEL);
	cr_expect_eq(latencies->steps[TICK_ENTERED].max, 1000);
	cr_expect_eq(latencies->steps[TICK_ALL].count, 2);
	cr_expect_eq(latencies->steps[TICK_ALL].min, 1050);
	add_event(profile, 5100, RINGSIDE_EVENT_TICK, 0, 0); /* never injected */
	add_exit(profile, 5200, 6000, CPL_KERNEL);
	add_event(profile, 6100, RINGSIDE_EVENT_TICK, 0, 0);
	profile_end(profile);
	cr_expect_eq(latencies->ticks, 4);
	cr_expect_eq(latencies->uninjected, 1);
	cr_expect_eq(latencies->steps[TICK_ALL].count, 2);
	profile_free(profile);
}

Test(profile, json_and_csv)
{
	char *json = printed(profile_print_json), *csv = printed(profile_print_csv);

	cr_assert_not_null(strstr(json, "\"name\": \"IO\", \"samples\": 2, \"samples_percent\": 100.0000"), "%s", json);
	cr_assert_not_null(strstr(json, "\"guest_ns\": {\"samples\": 2, \"total\": 4000.0, \"min\": 2000.0"), "%s",
			   json);
	cr_assert_not_null(strstr(csv, "\nexit,,IO,2,100.0000,100.0000,1000.0,1000.0,"), "%s", csv);
	free(json);
	free(csv);
}

static void add_flagged(struct profile *profile, uint64_t tsc, unsigned flags)
{
	const union record record = {.exit = {.tsc = tsc,
					      .entry = tsc - 1,
					      .kind = RINGSIDE_EXIT_INTR,
					      .cpl_size = CPL_KERNEL,
					      .flags = (uint8_t)flags}};

	profile_record(profile, &record);
}

/* Interrupts wait from 1000 to 1300, to be taken by polling; from 2000 to 2500 and from then to 2600, being injected.
 */
Test(profile, the_longest_wait_of_an_interrupt)
{
	struct profile *profile = profile_new(NULL, NULL);

	add_flagged(profile, 900, 0);
	cr_assert_eq(profile->longest_wait, 0);
	add_flagged(profile, 1000, RECORD_WINDOW);
	add_flagged(profile, 1200, RECORD_WINDOW);
	add_flagged(profile, 1300, 0);
	cr_assert_eq(profile->longest_wait, 300);
	add_flagged(profile, 2000, RECORD_WINDOW);
	add_flagged(profile, 2500, RECORD_INJECTED | RECORD_WINDOW);
	add_flagged(profile, 2600, RECORD_INJECTED);
	add_flagged(profile, 9000, 0);
	cr_assert_eq(profile->longest_wait, 500);
	cr_assert_eq(profile->longest_wait_end, 2500);
	profile_free(profile);
}

/* ---- what counts ---- */

static void add_result(struct profile *profile, uint64_t tsc, uint32_t pid, uint64_t call, uint64_t result)
{
	const union record record = event_at(tsc, RINGSIDE_EVENT_SYSCALL_RESULT, pid, call, result);

	profile_record(profile, &record);
}

static void add_call(struct profile *profile, uint64_t tsc, uint32_t pid, uint64_t call, uint64_t result)
{
	add_event(profile, tsc, RINGSIDE_EVENT_SYSCALL, pid, call);
	add_result(profile, tsc + 20, pid, call, result);
	add_event(profile, tsc + 30, RINGSIDE_EVENT_RETURN, pid, 0x401000);
}

/*
 * In ns: the boot until 1000; process 3 from 1000 on, which calls at 1100, 2100 and 3100 and fails at the second; an
 * exit at 4000, handled until 4500; process 4 calls at 5100 and fails; the end at 10000.
 */
static struct profile *profile_of(const struct profile_choice *choice)
{
	static const struct file_header header = {.clock = {.tsc_khz = 1000000, .tsc_end = 10000}};
	struct profile *profile = profile_new(NULL, &header);

	profile_choose(profile, choice);
	add_exit(profile, 100, 900, 0);
	add_event(profile, 1000, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_call(profile, 1100, 3, RINGSIDE_SYS_open, 5);
	add_call(profile, 2100, 3, RINGSIDE_SYS_open, (uint64_t)-2);
	add_event(profile, 3100, RINGSIDE_EVENT_SYSCALL, 3, RINGSIDE_SYS_read);
	add_result(profile, 3120, 3, RINGSIDE_SYS_read, 5);
	add_event(profile, 3131, RINGSIDE_EVENT_RETURN, 3, 0x401000);
	add_exit(profile, 920, 4000, 3);
	add_event(profile, 5000, RINGSIDE_EVENT_RETURN, 4, 0x401000);
	add_call(profile, 5100, 4, RINGSIDE_SYS_open, (uint64_t)-4095);
	add_call(profile, 6100, 4, RINGSIDE_SYS_open, (uint64_t)-4096); /* an address */
	add_exit(profile, 4500, 7000, 3);
	profile_end(profile);
	return profile;
}

static const struct call_sum *calls_of(struct profile *profile, uint32_t pid, unsigned number)
{
	const struct time_sum *process = time_sums_process(&profile->time, pid);

	return call_sums_find(&profile->calls, (uint32_t)(process - profile->time.list), number);
}

Test(profile, calls_and_errors_of_each_process)
{
	struct profile *profile = profile_of(&(struct profile_choice){.until = UINT64_MAX});

	cr_expect_eq(profile->syscalls[RINGSIDE_SYS_open].errors, 2);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->calls, 2);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->errors, 1);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->own, 60);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_read)->errors, 0);
	cr_expect_eq(calls_of(profile, 4, RINGSIDE_SYS_open)->calls, 2);
	cr_expect_eq(calls_of(profile, 4, RINGSIDE_SYS_open)->errors, 1);
	cr_expect_eq(profile->records, profile_chosen(profile));
	profile_free(profile);
}

/* From the middle of a call that does not count to the middle of the handling of an exit. */
Test(profile, a_range_counts_what_is_in_it)
{
	struct profile *profile = profile_of(&(struct profile_choice){.from = 1110, .until = 4300});
	const struct time_sum *process = time_sums_process(&profile->time, 3);

	cr_expect_eq(time_sums_ticks(&profile->time), 4300 - 1110);
	cr_expect_eq(time_sum_ticks(process), 4300 - 1110);
	cr_expect_eq(process->shares[SHARE_VMM], 300);
	cr_expect_eq(process->shares[SHARE_KERNEL], 20 + 30 + 31);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->calls, 1);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->own, 30);
	cr_expect_eq(profile->syscalls[RINGSIDE_SYS_open].errors, 1);
	cr_expect_eq(profile->exits[RINGSIDE_EXIT_IO].count, 1);
	cr_expect_eq(profile->exits[RINGSIDE_EXIT_IO].vmm->sum, 300);
	cr_expect_eq(profile->exits[RINGSIDE_EXIT_IO].guest->sum, 4000 - 1110);
	cr_expect_eq(profile->records, 2 + 6 + 1);
	cr_expect_eq(profile->events[RINGSIDE_EVENT_SYSCALL], 2);
	profile_free(profile);
}

/* The filter of a result finds the whole call; the time of the run is that of all records. */
Test(profile, a_filter_chooses_what_counts)
{
	struct error error;
	size_t column;
	struct profile_choice choice = {.until = UINT64_MAX,
					.expression = "result==ENOENT || (reason==IO && vmm>=400ns)"};
	struct filter *filter = filter_new(choice.expression, NULL, &error, &column);

	cr_assert_not_null(filter, "%s", error.text);
	choice.filter = filter;
	struct profile *profile = profile_of(&choice);
	cr_expect_eq(profile_chosen(profile), 2);
	cr_expect_eq(profile->records, 20);
	cr_expect_eq(profile->events[RINGSIDE_EVENT_SYSCALL_RESULT], 1);
	cr_expect_eq(profile->events[RINGSIDE_EVENT_SYSCALL], 0);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->calls, 1);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->errors, 1);
	cr_expect_eq(calls_of(profile, 3, RINGSIDE_SYS_open)->own, 30);
	cr_expect_eq(profile->syscalls[RINGSIDE_SYS_read].count, 0);
	ASSERT_ONE(profile->exits[RINGSIDE_EXIT_IO].vmm, 500);
	cr_expect_eq(time_sums_ticks(&profile->time), 10000);
	profile_free(profile);
	filter_free(filter);
}

/* Where in the output the rows of open and read stand tells how they are sorted. */
Test(profile, rows_are_sorted)
{
	static const struct {
		enum profile_sort sort;
		bool open_first;
	} cases[] = {
		{SORT_SAMPLES, true}, {SORT_TIME, true}, {SORT_ERRORS, true}, {SORT_NAME, true}, {SORT_MEAN, false}};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct profile *profile =
			profile_of(&(struct profile_choice){.until = UINT64_MAX, .sort = cases[i].sort});
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		profile_print_csv(profile, &profile->header.clock, out);
		fclose(out);
		const char *open = strstr(text, "syscall,,open,"), *read = strstr(text, "syscall,,read,");
		cr_assert(open != NULL && read != NULL, "%s", text);
		cr_expect_eq(open < read, cases[i].open_first, "sorted by %u: %s", cases[i].sort, text);
		free(text);
		profile_free(profile);
	}
}

/* A table of calls in bounded memory: what has no room is others'. */
Test(profile, calls_of_many_processes)
{
	struct call_sums *sums = calloc(1, sizeof(*sums));
	uint64_t calls = 0;

	for (uint32_t i = 0; i < 4 * CALL_SUMS; i++)
		call_sums_find(sums, i % TIME_OWNER_COUNT, i / TIME_OWNER_COUNT % (CALL_NUMBERS + 1))->calls++;
	for (unsigned i = 0; i < CALL_SUMS; i++)
		calls += sums->list[i].calls;
	cr_expect_gt(calls, CALL_SUMS / 2);
	for (unsigned i = 0; i <= CALL_NUMBERS; i++)
		calls += sums->others[i].calls;
	cr_expect_eq(calls, 4 * CALL_SUMS);
	free(sums);
}

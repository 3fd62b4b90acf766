/* SPDX-License-Identifier: MIT */
/* Unit tests of the accounting: whose time each tick is, and that all ticks are given out once, whatever a trace says.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "tools/trace/stat/accounting.h"
#include "tools/trace/stat/time_sums.h"

enum { END = 10000, SLICES_MAX = 64 };

/* What the accounting gave, with slices of one owner and share that touch joined. */
static struct {
	struct accounting accounting;
	struct time_slice slices[SLICES_MAX];
	unsigned count;
	uint64_t shares[SHARE_COUNT], all, last;
	uint64_t records;
} test;

static void take_slice(void *context, const struct time_slice *slice)
{
	(void)context;
	cr_assert_eq(slice->from, test.last, "a gap from %lu to %lu", (unsigned long)test.last,
		     (unsigned long)slice->from);
	cr_assert_lt(slice->from, slice->to);
	test.last = slice->to;
	test.shares[slice->share] += slice->to - slice->from;
	test.all += slice->to - slice->from;
	struct time_slice *before = &test.slices[test.count > 0 ? test.count - 1 : 0];
	if (test.count > 0 && time_slice_continues(slice, before))
		before->to = slice->to;
	else if (test.count < SLICES_MAX)
		test.slices[test.count++] = *slice;
}

static void take_record(void *context, const union record *record, unsigned cpl)
{
	(void)context, (void)record, (void)cpl;
	test.records++;
}

static void begin(uint64_t start, uint64_t end, uint64_t lost, uint32_t flags)
{
	const struct file_header header = {
		.flags = flags, .lost = lost, .clock = {.tsc_start = start, .tsc_end = end, .tsc_khz = 1000000}};

	memset(&test, 0, sizeof(test));
	test.last = start;
	accounting_start(&test.accounting, &header, (struct accounting_sink){take_slice, take_record, NULL});
}

static void add(union record record)
{
	accounting_record(&test.accounting, &record);
}

static void add_exit(uint64_t entry, uint64_t tsc, unsigned cpl)
{
	union record record = exit_at(entry, tsc, (uint8_t)cpl);

	record.exit.kind = RINGSIDE_EXIT_INTR;
	add(record);
}

static void add_absence(unsigned event, uint64_t from, uint64_t to)
{
	add(event_at(to, event, 0, to - from, to - from));
}

static void end(void)
{
	accounting_end(&test.accounting);
	accounting_free(&test.accounting);
}

static void expect(unsigned i, uint64_t from, uint64_t to, enum share share, enum owner owner, uint32_t pid)
{
	const struct time_slice *slice = &test.slices[i];

	cr_assert_lt(i, test.count);
	cr_expect(slice->from == from && slice->to == to && slice->share == share && slice->owner == owner &&
			  slice->pid == pid,
		  "slice %u: %lu to %lu, %s, owner %u, process %u", i, (unsigned long)slice->from,
		  (unsigned long)slice->to, share_name(slice->share), slice->owner, slice->pid);
}

Test(accounting, the_boot_is_the_kernels_and_a_halt_is_nobodys)
{
	union record halt = exit_at(3200, 3300, CPL_KERNEL);

	halt.exit.flags = RECORD_WAITED;
	halt.exit.address = 3310;
	halt.exit.value = 4000;
	begin(1000, END, 0, 0);
	add_exit(1100, 2000, CPL_KERNEL);
	add(event_at(2500, RINGSIDE_EVENT_RESTORE, 1, 0, 0));
	add(event_at(2600, RINGSIDE_EVENT_RETURN, 1, 0x401000, 0));
	add(event_at(3000, RINGSIDE_EVENT_SYSCALL, 1, 0, 0));
	add(event_at(3100, RINGSIDE_EVENT_RESTORE, 0, 0, 0));
	add_exit(2100, 3150, CPL_KERNEL);
	add(halt);
	add_exit(7400, 7500, CPL_KERNEL);
	end();
	expect(0, 1000, 1100, SHARE_VMM, OWNER_BOOT, 0);
	expect(1, 1100, 2000, SHARE_KERNEL, OWNER_BOOT, 0);
	expect(2, 2000, 2100, SHARE_VMM, OWNER_BOOT, 0);
	expect(3, 2100, 2500, SHARE_KERNEL, OWNER_BOOT, 0);
	expect(4, 2500, 2600, SHARE_KERNEL, OWNER_PROCESS, 1);
	expect(5, 2600, 3000, SHARE_USER, OWNER_PROCESS, 1);
	expect(6, 3000, 3100, SHARE_KERNEL, OWNER_PROCESS, 1);
	expect(7, 3100, 3150, SHARE_KERNEL, OWNER_PROCESS, 0);
	expect(8, 3150, 3200, SHARE_VMM, OWNER_PROCESS, 0);
	expect(9, 3200, 3300, SHARE_KERNEL, OWNER_PROCESS, 0);
	expect(10, 3300, 3310, SHARE_VMM, OWNER_PROCESS, 0);
	expect(11, 3310, 7310, SHARE_IDLE, OWNER_NOBODY, 0);
	expect(12, 7310, 7400, SHARE_VMM, OWNER_PROCESS, 0);
	expect(13, 7400, 7500, SHARE_KERNEL, OWNER_PROCESS, 0);
	expect(14, 7500, END, SHARE_VMM, OWNER_PROCESS, 0);
	cr_expect_eq(test.count, 15);
	cr_expect_eq(test.all, END - 1000);
}

/* The thread was away in ring 3, then while the VMM handled the exit, then for longer than there is room. */
Test(accounting, absences_go_before_all_others)
{
	begin(0, END, 0, FILE_ABSENCES);
	add(event_at(100, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0));
	add_absence(RINGSIDE_EVENT_HOST_TOOK, 200, 700);
	add_absence(RINGSIDE_EVENT_HOST_HALT, 800, 900);
	add_exit(50, 1000, CPL_USER);
	add_absence(RINGSIDE_EVENT_HOST_BLOCK, 1100, 1600);
	add_absence(RINGSIDE_EVENT_HOST_TOOK, 1500, 1650);
	add_exit(2000, 3000, CPL_USER);
	end();
	expect(0, 0, 50, SHARE_VMM, OWNER_BOOT, 0);
	expect(1, 50, 100, SHARE_KERNEL, OWNER_BOOT, 0);
	expect(2, 100, 200, SHARE_USER, OWNER_PROCESS, 2);
	expect(3, 200, 700, SHARE_HOST, OWNER_PROCESS, 2);
	expect(4, 700, 800, SHARE_USER, OWNER_PROCESS, 2);
	expect(5, 800, 900, SHARE_IDLE, OWNER_NOBODY, 0);
	expect(6, 900, 1000, SHARE_USER, OWNER_PROCESS, 2);
	expect(7, 1000, 1100, SHARE_VMM, OWNER_PROCESS, 2);
	expect(8, 1100, 1600, SHARE_BLOCKED, OWNER_PROCESS, 2);
	expect(9, 1600, 1650, SHARE_HOST, OWNER_PROCESS, 2);
	expect(10, 1650, 2000, SHARE_VMM, OWNER_PROCESS, 2);
	expect(11, 2000, 3000, SHARE_USER, OWNER_PROCESS, 2);
	expect(12, 3000, END, SHARE_VMM, OWNER_PROCESS, 2);
	cr_expect_eq(test.records, 7);
}

/* The processor is in the kernel, which has not told of the trap yet: nobody can say since when. */
Test(accounting, what_is_not_told_is_not_given_to_a_ring)
{
	begin(0, END, 0, 0);
	add(event_at(100, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0));
	add_exit(50, 1000, CPL_KERNEL);
	add(event_at(1150, RINGSIDE_EVENT_INTERRUPT, 2, 0x20, 0));
	add(event_at(1250, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0));
	add_exit(1100, 2000, CPL_USER);
	end();
	cr_expect_eq(test.shares[SHARE_UNTOLD], 900 + 50);
	cr_expect_eq(test.shares[SHARE_KERNEL], 50 + 100);
	cr_expect_eq(test.shares[SHARE_USER], 750);
	cr_expect_eq(test.all, END);
}

Test(accounting, without_events_a_ring_is_known_where_two_exits_agree)
{
	begin(0, END, 0, 0);
	add_exit(100, 200, CPL_KERNEL);
	add_exit(300, 400, CPL_USER);
	add_exit(500, 600, CPL_USER);
	add_exit(700, 800, CPL_KERNEL);
	add_exit(900, 1000, CPL_KERNEL);
	end();
	cr_expect_eq(test.shares[SHARE_KERNEL], 200);
	cr_expect_eq(test.shares[SHARE_USER], 100);
	cr_expect_eq(test.shares[SHARE_UNTOLD], 200);
	cr_expect_eq(test.all, END);
}

/* A file that keeps the last records, one that was full, and one that was not closed. */
Test(accounting, what_is_not_in_the_trace_is_nobodys)
{
	begin(0, END, 5, FILE_LIMITED | FILE_KEEPS_LAST);
	add_exit(4000, 5000, CPL_KERNEL);
	end();
	expect(0, 0, 4000, SHARE_MISSING, OWNER_NOBODY, 0);
	expect(1, 4000, 5000, SHARE_KERNEL, OWNER_UNKNOWN, 0);
	cr_expect_eq(test.all, END);
	begin(0, END, 5, FILE_LIMITED);
	add_exit(1000, 5000, CPL_KERNEL);
	end();
	cr_expect_eq(test.shares[SHARE_MISSING], END - 5000);
	cr_expect_eq(test.all, END);
	begin(10, 0, 0, 0);
	add_exit(1000, 5000, CPL_KERNEL);
	end();
	cr_expect_eq(test.all, 5000 - 10);
}

/* From the middle of ring 3 to the middle of a sleep: what was before still tells who ran. */
Test(accounting, a_range_is_cut_at_both_ends)
{
	union record halt = exit_at(3000, 4000, CPL_USER);

	halt.exit.flags = RECORD_WAITED;
	halt.exit.address = 4100;
	halt.exit.value = 2000;
	begin(0, END, 0, 0);
	test.last = 2000;
	accounting_cut(&test.accounting, 2000, 5000);
	add(event_at(1000, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0));
	add_exit(500, 2500, CPL_USER);
	add(halt);
	cr_expect(!accounting_is_over(&test.accounting));
	add_exit(7000, 8000, CPL_USER);
	cr_expect(accounting_is_over(&test.accounting));
	end();
	expect(0, 2000, 2500, SHARE_USER, OWNER_PROCESS, 2);
	expect(1, 2500, 3000, SHARE_VMM, OWNER_PROCESS, 2);
	expect(2, 3000, 4000, SHARE_USER, OWNER_PROCESS, 2);
	expect(3, 4000, 4100, SHARE_VMM, OWNER_PROCESS, 2);
	expect(4, 4100, 5000, SHARE_IDLE, OWNER_NOBODY, 0);
	cr_expect_eq(test.all, 3000);
	cr_expect_eq(test.records, 4, "records outside are told too");
	cr_expect(accounting_covers(&test.accounting, 2000) && !accounting_covers(&test.accounting, 5000));
}

/* A reader of the first records learns where these end when it has them. */
Test(accounting, a_range_can_end_at_the_last_record_given)
{
	begin(0, END, 0, 0);
	add_exit(100, 1000, CPL_KERNEL);
	add(event_at(1500, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0));
	accounting_cut(&test.accounting, 0, 1500);
	add_exit(1200, 3000, CPL_USER);
	cr_expect(accounting_is_over(&test.accounting));
	end();
	cr_expect_eq(test.all, 1500);
	expect(2, 1000, 1200, SHARE_VMM, OWNER_BOOT, 0);
	expect(3, 1200, 1500, SHARE_KERNEL, OWNER_BOOT, 0);
}

/* More processes than there is room for are one, and what each owner has adds up to all. */
Test(time_sums, all_owners_have_all_time)
{
	struct time_sums *sums = calloc(1, sizeof(*sums));
	const struct time_sum *order[TIME_OWNER_COUNT];
	const struct file_header header = {.clock = {.tsc_end = 1000000, .tsc_khz = 1000000}};
	struct accounting accounting;
	uint64_t ticks = 0;

	accounting_start(&accounting, &header, (struct accounting_sink){time_sums_slice, time_sums_record, sums});
	for (uint32_t pid = 1; pid <= TIME_PROCESSES + 10; pid++) {
		const union record records[] = {event_at(pid * 100 + 10, RINGSIDE_EVENT_RESTORE, pid, 0, 0),
						event_at(pid * 100 + 20, RINGSIDE_EVENT_RETURN, pid, 0x401000, 0),
						exit_at(pid * 100 + 10, pid * 100 + 90, CPL_USER)};
		for (unsigned i = 0; i < COUNT(records); i++)
			accounting_record(&accounting, &records[i]);
	}
	accounting_end(&accounting);
	accounting_free(&accounting);
	const size_t count = time_sums_order(sums, order);
	for (size_t i = 0; i < count; i++)
		ticks += time_sum_ticks(order[i]);
	cr_expect_eq(count, TIME_PROCESSES + 2);
	cr_expect_eq(ticks, 1000000);
	cr_expect_eq(time_sums_ticks(sums), 1000000);
	cr_expect_str_eq(time_sum_owner(sums, order[0]), "boot");
	cr_expect_eq(order[1]->slot.pid, 1);
	cr_expect_eq(order[1]->shares[SHARE_USER], 70);
	cr_expect_str_eq(time_sum_owner(sums, order[1]), "process");
	cr_expect_str_eq(time_sum_owner(sums, order[count - 1]), "others");
	cr_expect_eq(order[count - 1]->shares[SHARE_USER], 10 * 70);
	cr_expect_eq(order[count - 1]->switches, 10);
	free(sums);
}

static uint64_t random_number(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Times and kinds are absurd; take_slice() checks that there is no gap. */
Test(accounting, nonsense_is_given_out_once_too)
{
	uint64_t state = 99;

	for (unsigned round = 0; round < 200; round++) {
		const bool is_small = round % 2 == 0;
		const uint64_t limit = round % 3 == 0 ? 0 : is_small ? END : random_number(&state);

		const uint64_t from = round % 4 == 0 ? 2500 : 0, until = round % 4 == 0 ? 7000 : UINT64_MAX;
		begin(round % 5, limit < 5 && limit != 0 ? 5 : limit, round % 7, (uint32_t)random_number(&state) & 31);
		accounting_cut(&test.accounting, from, until);
		test.last = from > round % 5 ? from : round % 5;
		for (unsigned i = 0; i < 3000; i++) {
			union record record;
			uint64_t words[6];

			for (unsigned j = 0; j < 6; j++)
				words[j] = is_small ? random_number(&state) % 12000 : random_number(&state);
			memcpy(&record, words, sizeof(record));
			record.exit.kind =
				(uint8_t)(random_number(&state) % 2 == 0
						  ? RECORD_EVENT + random_number(&state) % RINGSIDE_EVENT_COUNT
						  : random_number(&state) % RINGSIDE_EXIT_LIMIT);
			record.exit.flags = (uint8_t)random_number(&state);
			record.exit.tsc += record.exit.tsc == 0;
			add(record);
		}
		end();
		cr_assert_eq(test.records, 3000);
		const uint64_t last = limit < until ? limit : until, first = from > round % 5 ? from : round % 5;
		if (limit >= 5)
			cr_assert_eq(test.all, last > first ? last - first : 0);
	}
}

/* SPDX-License-Identifier: MIT */
/* Adds up slices of time: see time_sums.h. */
#include "tools/trace/stat/time_sums.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/exit_stat.h"

static const struct {
	const char *name, *words;
} owners[] = {
#define ROW(owner, name, words) {name, words},
	TIME_OWNERS(ROW)
#undef ROW
};

struct time_sum *time_sums_search(struct time_sums *sums, uint32_t pid)
{
	struct time_sum *sum = pid_table_add(sums->list, TIME_PROCESSES, sizeof(sums->list[0]), pid, false);

	if (sum == NULL)
		return &sums->list[TIME_OTHERS];
	sums->last = sum;
	return sum;
}

/* ---- adding ---- */

void time_sums_learn(struct time_sums *sums, const struct event_record *event, bool counts)
{
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_RESTORE:
		time_sums_process(sums, event->pid)->switches += counts;
		break;
	case RINGSIDE_EVENT_PROC_LOAD:
		if (sums->symbols != NULL)
			time_sums_process(sums, event->pid)->program = symbols_program(sums->symbols, event->b) + 1;
		break;
	case RINGSIDE_EVENT_FORK: {
		const int program = time_sums_process(sums, event->pid)->program;
		time_sums_process(sums, (uint32_t)event->a)->program = program;
		break;
	}
	}
}

void time_sums_slice(void *sums, const struct time_slice *slice)
{
	time_sums_add(sums, slice);
}

void time_sums_record(void *sums, const union record *record, unsigned cpl)
{
	(void)cpl;
	if (record_is_event(record))
		time_sums_learn(sums, &record->event, true);
}

/* ---- what there is ---- */

uint64_t time_sum_ticks(const struct time_sum *sum)
{
	uint64_t ticks = 0;

	for (unsigned i = 0; i < SHARE_COUNT; i++)
		ticks += sum->shares[i];
	return ticks;
}

uint64_t time_sums_ticks(const struct time_sums *sums)
{
	uint64_t ticks = 0;

	for (unsigned i = 0; i < SHARE_COUNT; i++)
		ticks += sums->shares[i];
	return ticks;
}

static int by_pid(const void *left, const void *right)
{
	const struct time_sum *const *a = left, *const *b = right;

	return (*a)->slot.pid < (*b)->slot.pid ? -1 : (*a)->slot.pid > (*b)->slot.pid;
}

size_t time_sums_order(const struct time_sums *sums, const struct time_sum *order[TIME_OWNER_COUNT])
{
	size_t count = 0, first;

	if (time_sum_ticks(&sums->list[TIME_BOOT]) > 0)
		order[count++] = &sums->list[TIME_BOOT];
	first = count;
	for (size_t i = 0; i < TIME_PROCESSES; i++)
		if (time_sum_ticks(&sums->list[i]) > 0)
			order[count++] = &sums->list[i];
	qsort(order + first, count - first, sizeof(order[0]), by_pid);
	for (size_t i = TIME_BOOT + 1; i < TIME_OWNER_COUNT; i++)
		if (time_sum_ticks(&sums->list[i]) > 0)
			order[count++] = &sums->list[i];
	return count;
}

bool time_sum_is_process(const struct time_sums *sums, const struct time_sum *sum)
{
	return sum < sums->list + TIME_PROCESSES;
}

const char *time_sum_owner(const struct time_sums *sums, const struct time_sum *sum)
{
	return time_sum_is_process(sums, sum) ? "process" : owners[sum - sums->list - TIME_PROCESSES].name;
}

const char *time_sum_program(const struct time_sums *sums, const struct time_sum *sum)
{
	if (!time_sum_is_process(sums, sum))
		return owners[sum - sums->list - TIME_PROCESSES].words;
	if (sum->slot.pid == 0)
		return "(idle loop)";
	return sums->symbols != NULL && sum->program > 0 ? symbols_image_name(sums->symbols, sum->program - 1) : NULL;
}

/* ---- JSON ---- */

static void put_sum(struct json_writer *json, const struct time_sums *sums, const struct time_sum *sum,
		    const struct trace_clock *clock)
{
	char name[32];

	json_begin_object(json, NULL);
	json_put_string(json, "owner", time_sum_owner(sums, sum));
	if (time_sum_is_process(sums, sum))
		json_put_unsigned(json, "pid", sum->slot.pid);
	else
		json_put_null(json, "pid");
	json_put_string(json, "program", time_sum_program(sums, sum));
	for (unsigned share = 0; share < SHARE_COUNT; share++) {
		snprintf(name, sizeof(name), "%s_ns", share_name(share));
		json_put_fixed(json, name, stat_ns(clock, (double)sum->shares[share]), 1);
	}
	json_put_unsigned(json, "ticks", time_sum_ticks(sum));
	json_put_unsigned(json, "switches", sum->switches);
	json_end(json);
}

void time_sums_put_json(const struct time_sums *sums, const struct trace_clock *clock, struct json_writer *json)
{
	const struct time_sum *order[TIME_OWNER_COUNT];
	const size_t count = time_sums_order(sums, order);

	json_begin_array(json, "processes");
	for (size_t i = 0; i < count; i++) {
		json_next_line(json, 2);
		put_sum(json, sums, order[i], clock);
	}
	json_end(json);
	json_next_line(json, 1);
	json_begin_object(json, "time_ticks"); /* whose sum is exact */
	for (unsigned share = 0; share < SHARE_COUNT; share++)
		json_put_unsigned(json, share_name(share), sums->shares[share]);
	json_put_unsigned(json, "all", time_sums_ticks(sums));
	json_end(json);
}

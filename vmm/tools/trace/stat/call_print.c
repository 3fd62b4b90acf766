/* SPDX-License-Identifier: MIT */
/* Prints sums of system calls: see call_print.h. */
#include "tools/trace/stat/call_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "base/units.h"
#include "text/exit_stat.h"

enum { CELL_SIZE = 48, ALL_CALLS = CALL_SUMS + CALL_NUMBERS + 1 };

/* Sums to print: those of one process after the other, or with one owner, of all together. */
struct list {
	size_t count;
	struct call_sum sums[ALL_CALLS];
};

static const struct time_sum *owner_of(const struct profile *profile, const struct call_sum *sum)
{
	return &profile->time.list[sum->owner];
}

static const char *name_of(const struct call_sum *sum, char name[CELL_SIZE])
{
	const char *known = sum->number < CALL_NUMBERS ? syscall_name(sum->number) : NULL;

	if (known != NULL)
		return known;
	snprintf(name, CELL_SIZE, "syscall %s%u", sum->number == CALL_NUMBERS ? ">= " : "", sum->number);
	return name;
}

/* ---- order ---- */

static double key_of(const struct call_sum *sum, enum profile_sort sort)
{
	switch (sort) {
	case SORT_SAMPLES:
		return (double)sum->calls;
	case SORT_MEAN:
		return (double)sum->own / (double)sum->calls;
	case SORT_ERRORS:
		return (double)sum->errors;
	case SORT_NAME:
		return 0;
	default: /* a greatest one is not known of these */
		return (double)sum->own;
	}
}

/* By process, then as the profile is sorted. */
static int compare(const void *left, const void *right, void *context)
{
	const struct profile *profile = context;
	const struct call_sum *a = left, *b = right;
	const uint32_t pid_a = owner_of(profile, a)->slot.pid, pid_b = owner_of(profile, b)->slot.pid;
	const double key_a = key_of(a, profile->choice.sort), key_b = key_of(b, profile->choice.sort);
	char name_a[CELL_SIZE], name_b[CELL_SIZE];

	if (a->owner != b->owner) {
		if ((a->owner == TIME_OTHERS) != (b->owner == TIME_OTHERS))
			return a->owner == TIME_OTHERS ? 1 : -1;
		return pid_a < pid_b ? -1 : 1;
	}
	if (key_a != key_b)
		return key_a > key_b ? -1 : 1;
	if (profile->choice.sort == SORT_NAME)
		return strcmp(name_of(a, name_a), name_of(b, name_b));
	return (int)a->number - (int)b->number;
}

static void add(struct call_sum *to, const struct call_sum *sum)
{
	to->calls += sum->calls;
	to->errors += sum->errors;
	to->own += sum->own;
	to->vmm += sum->vmm;
	to->elapsed += sum->elapsed;
}

/* All sums of calls, sorted. To be freed; NULL when there is no memory. */
static struct list *list_new(const struct profile *profile)
{
	struct list *list = malloc(sizeof(*list));

	if (list == NULL)
		return NULL;
	list->count = 0;
	for (size_t i = 0; i < CALL_SUMS; i++)
		if (profile->calls.list[i].calls > 0 && profile->calls.list[i].owner != TIME_OTHERS)
			list->sums[list->count++] = profile->calls.list[i];
	for (size_t i = 0; i <= CALL_NUMBERS; i++) {
		struct call_sum others = profile->calls.others[i];

		others.owner = TIME_OTHERS;
		if (others.calls > 0)
			list->sums[list->count++] = others;
	}
	qsort_r(list->sums, list->count, sizeof(list->sums[0]), compare, (void *)profile);
	return list;
}

/* Makes the sums of all processes together of those of each. */
static void join_owners(struct list *list, const struct profile *profile)
{
	struct call_sum all[CALL_NUMBERS + 1] = {0};

	for (size_t i = 0; i < list->count; i++)
		add(&all[list->sums[i].number], &list->sums[i]);
	list->count = 0;
	for (unsigned i = 0; i <= CALL_NUMBERS; i++) {
		all[i].number = (uint16_t)i;
		if (all[i].calls > 0)
			list->sums[list->count++] = all[i];
	}
	qsort_r(list->sums, list->count, sizeof(list->sums[0]), compare, (void *)profile);
}

/* How many sums from `first` on are of the same owner; *total becomes the sum of them. */
static size_t group(const struct list *list, size_t first, struct call_sum *total)
{
	size_t i = first;

	*total = (struct call_sum){.owner = list->sums[first].owner};
	for (; i < list->count && list->sums[i].owner == list->sums[first].owner; i++)
		add(total, &list->sums[i]);
	return i - first;
}

/* ---- tables ---- */

static const struct table_column columns[] = {{"% time", 6, 0, false},	    {"seconds", 11, 0, false},
					      {"usecs/call", 11, 0, false}, {"calls", 9, 0, false},
					      {"errors", 9, 0, false},	    {"syscall", 16, 0, true}};

static void print_sum(const struct table *table, const struct call_sum *sum, uint64_t total, const char *name,
		      const struct trace_clock *clock)
{
	const double seconds = stat_ns(clock, (double)sum->own) / (double)NS_PER_SECOND;
	char text[5][CELL_SIZE];
	const char *cells[] = {text[0], text[1], text[2], text[3], sum->errors > 0 ? text[4] : NULL, name};

	snprintf(text[0], CELL_SIZE, "%.2f", stat_percent((double)sum->own, (double)total));
	snprintf(text[1], CELL_SIZE, "%.6f", seconds);
	snprintf(text[2], CELL_SIZE, "%.2f", seconds * 1e6 / (double)sum->calls);
	snprintf(text[3], CELL_SIZE, "%" PRIu64, sum->calls);
	snprintf(text[4], CELL_SIZE, "%" PRIu64, sum->errors);
	table_row(table, cells);
}

/* Prints the table of one owner, which begins at `first`. Returns how many sums it has. */
static size_t print_group(const struct list *list, size_t first, const struct trace_clock *clock, struct page *page)
{
	char name[CELL_SIZE];
	struct call_sum total;
	struct table table;
	const size_t count = group(list, first, &total);

	table_start(&table, page, columns, COUNT(columns));
	page->has_table = false; /* the line above says whose it is */
	table_titles(&table);
	for (size_t i = first; i < first + count; i++)
		print_sum(&table, &list->sums[i], total.own, name_of(&list->sums[i], name), clock);
	print_sum(&table, &total, total.own, "total", clock);
	return count;
}

void calls_print(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	struct list *list = list_new(profile);

	profile_print_choice(profile, clock, page);
	if (list == NULL || list->count == 0) {
		page_print(page, 0, list != NULL ? "No system calls." : "There is no memory for the system calls.");
		free(list);
		return;
	}
	for (size_t i = 0; i < list->count;) {
		const struct time_sum *owner = owner_of(profile, &list->sums[i]);
		const char *program = time_sum_program(&profile->time, owner);

		if (time_sum_is_process(&profile->time, owner))
			page_print(page, 0, "Process %" PRIu32 " %s", owner->slot.pid, program != NULL ? program : "");
		else
			page_print(page, 0, "Other processes");
		i += print_group(list, i, clock, page);
		page_print(page, 0, "%s", "");
	}
	join_owners(list, profile);
	page_print(page, 0, "All processes");
	print_group(list, 0, clock, page);
	page_print(
		page, 0,
		"\nSeconds are the kernel's own in ring 0, of the calls that have returned: while the VMM or another "
		"process ran they stand still.");
	free(list);
}

/* ---- JSON and CSV ---- */

void calls_put_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json)
{
	struct list *list = list_new(profile);
	char name[CELL_SIZE];

	json_begin_array(json, "calls");
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct call_sum *sum = &list->sums[i];
		const struct time_sum *owner = owner_of(profile, sum);

		json_next_line(json, 2);
		json_begin_object(json, NULL);
		json_put_string(json, "owner", time_sum_owner(&profile->time, owner));
		if (time_sum_is_process(&profile->time, owner))
			json_put_unsigned(json, "pid", owner->slot.pid);
		else
			json_put_null(json, "pid");
		json_put_string(json, "program", time_sum_program(&profile->time, owner));
		json_put_string(json, "name", name_of(sum, name));
		json_put_unsigned(json, "calls", sum->calls);
		json_put_unsigned(json, "errors", sum->errors);
		json_put_fixed(json, "own_ns", stat_ns(clock, (double)sum->own), 1);
		json_put_fixed(json, "vmm_ns", stat_ns(clock, (double)sum->vmm), 1);
		json_put_fixed(json, "elapsed_ns", stat_ns(clock, (double)sum->elapsed), 1);
		json_end(json);
	}
	json_end(json);
	free(list);
}

void calls_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct list *list = list_new(profile);
	char name[CELL_SIZE];

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct call_sum *sum = &list->sums[i];
		const struct time_sum *owner = owner_of(profile, sum);

		fputs("call,", out);
		if (time_sum_is_process(&profile->time, owner))
			fprintf(out, "%" PRIu32, owner->slot.pid);
		fprintf(out, ",%s,%" PRIu64 ",,,%.1f,,,,,,,%.1f,,,,,,,,,,%.1f,,,,,,,,,,,,,%" PRIu64 "\n",
			name_of(sum, name), sum->calls, stat_ns(clock, (double)sum->vmm),
			stat_ns(clock, (double)sum->own), stat_ns(clock, (double)sum->elapsed), sum->errors);
	}
	free(list);
}

/* SPDX-License-Identifier: MIT */
/* Opens and reads two traces that are compared. See trace_pair.h. */
#include "tools/trace/commands/trace_pair.h"

#include <string.h>
#include <sys/stat.h>

#include "tools/output/output_file.h"

/* ---- opening ---- */

static int check_regular(const char *file, struct error *error)
{
	struct stat status;

	if (stat(file, &status) == 0 && !S_ISREG(status.st_mode))
		return error_set(error, "%s is no regular file, and a trace is read more than once to compare it",
				 file);
	return 0;
}

int trace_pair_open(struct trace_pair *pair, struct error *error)
{
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (check_regular(pair->files[side], error) < 0)
			return -1;
	if (output_file_check_distinct(OUTPUT_FILE_STDOUT, pair->files[DIFF_B], error) < 0)
		return -1;
	pair->readers[DIFF_B] = trace_reader_open(pair->files[DIFF_B], error);
	return pair->readers[DIFF_B] != NULL ? 0 : -1;
}

void trace_pair_close(struct trace_pair *pair)
{
	trace_reader_close(pair->readers[DIFF_B]);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		trace_reader_close(pair->again[side]);
}

int trace_pair_reopen(struct trace_pair *pair, unsigned side, struct error *error)
{
	trace_reader_close(pair->again[side]);
	pair->again[side] = trace_reader_open(pair->files[side], error);
	return pair->again[side] != NULL ? 0 : -1;
}

/* ---- reading again ---- */

static int search(struct trace_pair *pair, struct diff *diff, unsigned side, struct error *error)
{
	union record record;
	int more = trace_pair_reopen(pair, side, error);

	if (more < 0)
		return -1;
	if (diff_search_begin(diff, side) < 0)
		return error_set(error, "no memory to compare with");
	while ((more = trace_reader_next(pair->again[side], &record, error)) > 0 && diff_search_record(diff, &record))
		;
	return more < 0 ? -1 : 0;
}

/* Brings the records of all places of a side. */
static int fetch(struct trace_pair *pair, struct diff *diff, unsigned side, struct error *error)
{
	uint64_t next = diff_next_place(diff, side, 0);
	union record record;
	int more = trace_pair_reopen(pair, side, error);

	for (uint64_t i = 0; more == 0 && next != UINT64_MAX; i++) {
		if (trace_reader_next(pair->again[side], &record, error) <= 0)
			return error_set(error, "%s has changed while it was read", pair->files[side]);
		if (i != next)
			continue;
		diff_set_place(diff, side, i, &record);
		next = diff_next_place(diff, side, i + 1);
	}
	return more;
}

int trace_pair_find(struct trace_pair *pair, struct diff *diff, struct error *error)
{
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (search(pair, diff, side, error) < 0)
			return -1;
	diff_search_end(diff);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (fetch(pair, diff, side, error) < 0)
			return -1;
	return 0;
}

/* ---- what was run ---- */

static bool same_value(const struct environment_pair *a, const struct environment_pair *b)
{
	return a->value_length == b->value_length && memcmp(a->value, b->value, a->value_length) == 0;
}

static bool find_key(const char *lines, const struct environment_pair *wanted, struct environment_pair *found)
{
	while (environment_next(&lines, found))
		if (found->value != NULL && found->key_length == wanted->key_length &&
		    memcmp(found->key, wanted->key, found->key_length) == 0)
			return true;
	return false;
}

void trace_pair_environments(const struct trace_pair *pair,
			     void (*take)(void *context, const struct environment_pair *key,
					  const struct environment_pair *const values[DIFF_SIDES]),
			     void *context)
{
	const char *const a = trace_reader_environment(pair->readers[DIFF_A]);
	const char *const b = trace_reader_environment(pair->readers[DIFF_B]);
	struct environment_pair mine, other;

	for (const char *at = a; environment_next(&at, &mine);) {
		const bool both = mine.value != NULL && find_key(b, &mine, &other);
		if (mine.value != NULL && !(both && same_value(&mine, &other)))
			take(context, &mine, (const struct environment_pair *const[]){&mine, both ? &other : NULL});
	}
	for (const char *at = b; environment_next(&at, &mine);)
		if (mine.value != NULL && !find_key(a, &mine, &other))
			take(context, &mine, (const struct environment_pair *const[]){NULL, &mine});
}

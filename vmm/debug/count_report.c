/* SPDX-License-Identifier: MIT */
/* The visits to ring 0 that the counter has counted: kept by handler, and printed at the end. */
#include <inttypes.h>
#include <stdlib.h>

#include "debug/count.h"

enum { GROUPS_MAX = 1024 };

void counter_free(struct counter *counter)
{
	for (size_t i = 0; i < counter->group_count; i++)
		free(counter->groups[i].visits);
	free(counter->groups);
	counter->groups = NULL;
	counter->group_count = 0;
}

static struct count_group *group_of(struct counter *counter, uint64_t entry, bool is_switch)
{
	for (size_t i = 0; i < counter->group_count; i++) {
		if (counter->groups[i].entry == entry && counter->groups[i].is_switch == is_switch)
			return &counter->groups[i];
	}
	struct count_group *grown = counter->group_count < GROUPS_MAX
					    ? reallocarray(counter->groups, counter->group_count + 1, sizeof(*grown))
					    : NULL;
	if (grown == NULL)
		return NULL;
	counter->groups = grown;
	grown[counter->group_count] = (struct count_group){.entry = entry, .is_switch = is_switch};
	return &grown[counter->group_count++];
}

static void add_visit(struct count_group *group, uint32_t instructions)
{
	enum { FIRST_ROOM = 64 };

	if (group->count == group->room) {
		const size_t room = group->room > 0 ? group->room * 2 : FIRST_ROOM;
		uint32_t *grown = reallocarray(group->visits, room, sizeof(*grown));

		if (grown == NULL)
			return;
		group->visits = grown;
		group->room = room;
	}
	group->visits[group->count++] = instructions;
}

void counter_add_visit(struct counter *counter, uint64_t handler, bool is_switch, uint32_t instructions)
{
	struct count_group *group = group_of(counter, handler, is_switch);

	if (group != NULL)
		add_visit(group, instructions);
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void report_group(const struct count_group *group, const struct symbols *symbols, FILE *out)
{
	uint64_t offset = 0;
	const char *name = symbols_lookup(symbols, 0, group->entry, &offset);
	char address[sizeof("0x0123456789abcdef")];

	if (group->count == 0)
		return;
	snprintf(address, sizeof(address), "0x%" PRIx64, group->entry);
	qsort(group->visits, group->count, sizeof(*group->visits), compare);
	fprintf(out, "  %-32s %-6s %8zu %8u %8u %8u\n", name != NULL && offset == 0 ? name : address,
		group->is_switch ? "yes" : "no", group->count, group->visits[0], group->visits[group->count / 2],
		group->visits[group->count - 1]);
}

void counter_report(const struct counter *counter, const struct symbols *symbols, FILE *out)
{
	const unsigned shown =
		counter->entries < COUNT_ENTRIES_SHOWN ? (unsigned)counter->entries : COUNT_ENTRIES_SHOWN;
	const bool is_exact = counter->unseen == 0 && (counter->entries == 0 || counter->group_count > 0);

	if (counter->entries > 0)
		fprintf(out, "ring-0 instructions from kernel entry to the first ring-3 instruction: %" PRIu64 "\n",
			counter->before_entry[0]);
	if (!is_exact) {
		fputs("visits to ring 0 are not counted: this host does not single-step into traps\n", out);
		return;
	}
	fprintf(out, "ring-0 instructions in all: %" PRIu64 "; before the first entries to ring 3:", counter->total);
	for (unsigned i = 0; i < shown; i++)
		fprintf(out, " %" PRIu64, counter->before_entry[i]);
	fprintf(out, "%s\n", shown == 0 ? " none" : "");
	if (counter->group_count == 0)
		return;
	fprintf(out, "  %-32s %-6s %8s %8s %8s %8s\n", "from ring 3 and back, by handler", "switch", "visits", "min",
		"median", "max");
	for (size_t i = 0; i < counter->group_count; i++)
		report_group(&counter->groups[i], symbols, out);
}

/* SPDX-License-Identifier: MIT */
/* A hash table with open addressing that is at most half full: see intern.h. */
#include "tools/trace/report/intern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tools/output/hash.h"

enum { SLOTS_FIRST = 1024 };

/* All bits of a hash in 32. */
static uint32_t hash(const void *bytes, size_t size)
{
	uint64_t value = hash_bytes(bytes, size);

	return (uint32_t)(value ^ value >> 32);
}

static size_t size_at(const struct intern *set, uint32_t number)
{
	return set->offsets[number + 1] - set->offsets[number] - 1;
}

/* The slot that holds the string, or the free one where it belongs. */
static uint32_t *find(const struct intern *set, const void *bytes, size_t size)
{
	uint32_t mask = set->slot_count - 1, at = hash(bytes, size) & mask;

	while (set->slots[at] != 0) {
		uint32_t number = set->slots[at] - 1;
		if (size_at(set, number) == size && memcmp(intern_at(set, number), bytes, size) == 0)
			break;
		at = (at + 1) & mask;
	}
	return &set->slots[at];
}

static bool grow_slots(struct intern *set)
{
	uint32_t count = set->slot_count > 0 ? set->slot_count * 2 : SLOTS_FIRST;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (slots == NULL)
		return false;
	free(set->slots);
	set->slots = slots;
	set->slot_count = count;
	for (uint32_t i = 0; i < set->count; i++)
		*find(set, intern_at(set, i), size_at(set, i)) = i + 1;
	return true;
}

uint32_t intern(struct intern *set, const void *bytes, size_t size)
{
	if (set->count >= set->slot_count / 2 && !grow_slots(set))
		return INTERN_FAILED;
	uint32_t *slot = find(set, bytes, size);
	if (*slot != 0)
		return *slot - 1;
	if (!array_reserve(&set->offsets, &set->capacity, set->count + (size_t)2, SIZE_MAX, sizeof(*set->offsets)) ||
	    !array_reserve(&set->bytes, &set->room, set->used + size + 1, SIZE_MAX, 1))
		return INTERN_FAILED;
	if (set->count == 0)
		set->offsets[0] = 0;
	memcpy(set->bytes + set->used, bytes, size);
	set->bytes[set->used + size] = '\0';
	set->used += size + 1;
	set->offsets[set->count + 1] = set->used;
	*slot = ++set->count;
	return set->count - 1;
}

uint32_t intern_find(const struct intern *set, const void *bytes, size_t size)
{
	return set->slot_count > 0 ? *find(set, bytes, size) - 1 : INTERN_FAILED; /* a free slot is 0 */
}

void intern_free(struct intern *set)
{
	free(set->bytes);
	free(set->offsets);
	free(set->slots);
	*set = (struct intern){0};
}

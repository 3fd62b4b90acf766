/* SPDX-License-Identifier: MIT */
/* A hash table with open addressing, at most half full. */
#include "tools/trace/report/intern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits (the IETF's draft-eastlake-fnv), folded to 32. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

enum { SLOTS_FIRST = 1024, STRINGS_FIRST = 256, BYTES_FIRST = 1 << 14 };

static uint32_t hash(const void *bytes, size_t size)
{
	uint64_t value = FNV_BASIS;

	for (size_t i = 0; i < size; i++)
		value = (value ^ ((const unsigned char *)bytes)[i]) * FNV_PRIME;
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

static bool grow_offsets(struct intern *set)
{
	uint32_t capacity = set->capacity > 0 ? set->capacity * 2 : STRINGS_FIRST;
	size_t *offsets = reallocarray(set->offsets, (size_t)capacity + 1, sizeof(*offsets));

	if (offsets == NULL)
		return false;
	offsets[0] = 0;
	set->offsets = offsets;
	set->capacity = capacity;
	return true;
}

static bool grow_bytes(struct intern *set, size_t size)
{
	size_t room = set->room > 0 ? set->room : BYTES_FIRST;

	while (room - set->used <= size)
		room *= 2;
	char *bytes = realloc(set->bytes, room);
	if (bytes == NULL)
		return false;
	set->bytes = bytes;
	set->room = room;
	return true;
}

uint32_t intern(struct intern *set, const void *bytes, size_t size)
{
	if (set->count >= set->slot_count / 2 && !grow_slots(set))
		return INTERN_FAILED;
	uint32_t *slot = find(set, bytes, size);
	if (*slot != 0)
		return *slot - 1;
	if (set->count == set->capacity && !grow_offsets(set))
		return INTERN_FAILED;
	if (set->room - set->used <= size && !grow_bytes(set, size))
		return INTERN_FAILED;
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

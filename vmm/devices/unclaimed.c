/* SPDX-License-Identifier: MIT */
/*
 * The frequent items of a stream in constant memory (Misra and Gries, "Finding repeated elements", 1982): see
 * unclaimed.h. An address without a slot takes a free one, or, when there is none, one from the count of each.
 */
#include "devices/unclaimed.h"

#include <stddef.h>

void unclaimed_read(struct unclaimed *unclaimed, uint64_t address)
{
	struct unclaimed_slot *vacant = NULL, *last = &unclaimed->slots[unclaimed->last];

	unclaimed->reads++;
	if (last->address == address && last->count != 0) {
		last->count++;
		return;
	}
	for (unsigned i = 0; i < UNCLAIMED_SLOTS; i++) {
		struct unclaimed_slot *slot = &unclaimed->slots[i];

		if (slot->count == 0) {
			vacant = slot;
		} else if (slot->address == address) {
			slot->count++;
			unclaimed->last = i;
			return;
		}
	}
	if (vacant != NULL) {
		*vacant = (struct unclaimed_slot){address, 1};
		unclaimed->last = (unsigned)(vacant - unclaimed->slots);
		return;
	}
	for (unsigned i = 0; i < UNCLAIMED_SLOTS; i++)
		unclaimed->slots[i].count--;
}

const struct unclaimed_slot *unclaimed_most(const struct unclaimed *unclaimed)
{
	const struct unclaimed_slot *most = NULL;

	for (unsigned i = 0; i < UNCLAIMED_SLOTS; i++) {
		const struct unclaimed_slot *slot = &unclaimed->slots[i];

		if (slot->count > 0 && (most == NULL || slot->count > most->count))
			most = slot;
	}
	return most;
}

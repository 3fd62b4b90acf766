/* SPDX-License-Identifier: MIT */
/* A hash table of pairs of a process and a system call: see call_sums.h. */
#include "tools/trace/stat/call_sums.h"

enum { REACH = 16 }; /* slots that a search looks at */

struct call_sum *call_sums_find(struct call_sums *sums, uint32_t owner, unsigned number)
{
	const uint32_t place = (owner * (CALL_NUMBERS + 1) + number) * UINT32_C(2654435769); /* Knuth's multiplier */

	for (uint32_t i = 0; i < REACH; i++) {
		struct call_sum *sum = &sums->list[((place >> 16) + i) % CALL_SUMS];

		if (!sum->used)
			*sum = (struct call_sum){.number = (uint16_t)number, .used = true, .owner = owner};
		if (sum->owner == owner && sum->number == number)
			return sum;
	}
	sums->others[number].number = (uint16_t)number;
	return &sums->others[number];
}

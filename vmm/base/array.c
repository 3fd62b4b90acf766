/* SPDX-License-Identifier: MIT */
/* Reallocates growing arrays: see array.h. */
#include "base/array.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64 };

bool array_grow(void *array, size_t *capacity, size_t needed, size_t max, size_t element)
{
	size_t wanted = *capacity > max / 2 ? max : *capacity * 2, size;
	void *elements;

	if (needed > max)
		return false;
	if (wanted < CAPACITY_FIRST)
		wanted = CAPACITY_FIRST < max ? CAPACITY_FIRST : max;
	if (wanted < needed)
		wanted = needed;
	if (__builtin_mul_overflow(wanted, element, &size))
		return false;
	/* The owner's pointer has a type of its own, so that it must not be accessed as a void *. */
	memcpy(&elements, array, sizeof(elements));
	elements = realloc(elements, size);
	if (elements == NULL)
		return false;
	memcpy(array, &elements, sizeof(elements));
	*capacity = wanted;
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * The length of an array, and arrays that grow. The owner of a growing array keeps its pointer, capacity and count, and
 * calls array_reserve() before it adds an element. Used everywhere in vmm/.
 */
#ifndef VMM_BASE_ARRAY_H
#define VMM_BASE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* The number of elements of an array, which must not be a pointer. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Reallocates for array_reserve(), where `needed` is more than *capacity. */
bool array_grow(void *array, size_t *capacity, size_t needed, size_t max, size_t element);

/*
 * Makes room for `needed` elements of `element` bytes. `array` is the address of the owner's pointer, which may move
 * and begins as NULL with a *capacity of 0; the owner free()s it. New elements are not initialized. The capacity at
 * least doubles each time, up to `max`. False, with nothing changed, when `needed` is more than `max` or when there
 * is no memory.
 */
static inline bool array_reserve(void *array, size_t *capacity, size_t needed, size_t max, size_t element)
{
	return needed <= *capacity || array_grow(array, capacity, needed, max, element);
}

#endif

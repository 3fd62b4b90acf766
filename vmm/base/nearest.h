/* SPDX-License-Identifier: MIT */
/*
 * The word that somebody may have meant: the nearest of those that are known, by edit distance. Called wherever a word
 * of a command line is refused because it is not one of a list.
 */
#ifndef VMM_BASE_NEAREST_H
#define VMM_BASE_NEAREST_H

#include <stddef.h>

/* A search: nearest_start(), then nearest_try() with each word that is known, then nearest_offer(). */
struct nearest {
	const char *word; /* not ended by NUL, as `found` is not */
	size_t length;
	const char *found; /* NULL = none is near enough */
	size_t found_length;
	unsigned distance; /* of `found`; at first, one more than is near enough */
};

enum { NEAREST_OFFER_SIZE = 64 };

struct nearest nearest_start(const char *word, size_t length);

/* Letters count the same in either case. The first of several that are equally near is kept. */
void nearest_try(struct nearest *nearest, const char *known, size_t length);

/* nearest_try() with each choice of "a|b|c". */
void nearest_try_choices(struct nearest *nearest, const char *choices);

/* " (did you mean TRACE?)", with `before` in front of the word; or "" when no word is near enough. Returns `text`. */
const char *nearest_offer(const struct nearest *nearest, const char *before, char text[NEAREST_OFFER_SIZE]);

#endif

/* SPDX-License-Identifier: MIT */
/* Finds the word that may have been meant: see nearest.h. */
#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LENGTH_MAX = 32 }; /* longer words are no mistakes in typing */

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * How many letters have to be inserted, left out, changed or exchanged with their neighbour to make b of a: the
 * restricted Damerau-Levenshtein distance (R. Lowrance, R. Wagner: An Extension of the String-to-String Correction
 * Problem, 1975), by three rows of its table.
 */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][LENGTH_MAX + 1];

	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		unsigned *here = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		here[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			here[j] = least(above[j - 1] + !same(a[i - 1], b[j - 1]), least(above[j], here[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				here[j] = least(here[j], before[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

struct nearest nearest_start(const char *word, size_t length)
{
	/* One mistake in two to four letters, two in up to seven, and so on. */
	return (struct nearest){.word = word, .length = length, .distance = (unsigned)(length + 1) / 3 + 1};
}

void nearest_try(struct nearest *nearest, const char *known, size_t length)
{
	const size_t own = nearest->length;

	if (own == 0 || own > LENGTH_MAX || length > LENGTH_MAX)
		return;
	/* The beginning of a word stands for it. */
	const bool begins = own < length && strncasecmp(nearest->word, known, own) == 0;
	const unsigned away = begins ? 1 : distance(nearest->word, own, known, length);
	if (away >= nearest->distance && !(begins && nearest->found == NULL))
		return;
	nearest->found = known;
	nearest->found_length = length;
	nearest->distance = away;
}

void nearest_try_choices(struct nearest *nearest, const char *choices)
{
	while (*choices != '\0') {
		const size_t length = strcspn(choices, "|");

		nearest_try(nearest, choices, length);
		choices += length + (choices[length] == '|');
	}
}

const char *nearest_offer(const struct nearest *nearest, const char *before, char text[NEAREST_OFFER_SIZE])
{
	text[0] = '\0';
	if (nearest->found != NULL)
		snprintf(text, NEAREST_OFFER_SIZE, " (did you mean %s%.*s?)", before, (int)nearest->found_length,
			 nearest->found);
	return text;
}

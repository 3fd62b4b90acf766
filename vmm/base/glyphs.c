/* SPDX-License-Identifier: MIT */
/* Finds a character's twin: see glyphs.h. */
#include "base/glyphs.h"

#include <string.h>

#include "base/array.h"
#include "base/utf8.h"

static const struct {
	const char *character, *twin;
} glyphs[] = {
#define ROW(character, twin) {character, twin},
	GLYPHS(ROW)
#undef ROW
};

const char *glyph_twin(const char *text, size_t size, size_t *length)
{
	*length = 1;
	while (*length < size && utf8_continues(text[*length]))
		++*length;
	for (unsigned i = 0; i < COUNT(glyphs); i++)
		if (strlen(glyphs[i].character) == *length && memcmp(glyphs[i].character, text, *length) == 0)
			return glyphs[i].twin;
	return "?";
}

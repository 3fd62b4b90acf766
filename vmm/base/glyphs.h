/* SPDX-License-Identifier: MIT */
/*
 * The characters beyond ASCII that ringside prints, each with its twin for terminals that have only ASCII. Sources
 * write the characters themselves; base/layout.c replaces them where a line must be ASCII. A character that is not
 * here comes out as a question mark, so whoever uses a new one adds its row.
 */
#ifndef VMM_BASE_GLYPHS_H
#define VMM_BASE_GLYPHS_H

#include <stddef.h>

/* clang-format off */
/* X(character in UTF-8, twin in ASCII). Characters that stand in one scale have twins that do. */
#define GLYPHS(X) \
	X("→", "->") X("×", "x") X("µ", "u") X("±", "+-") X("…", "...") X("·", "-") \
	/* marks before a finding */ \
	X("✓", "+") X("–", "-") X("✗", "x") \
	/* boxes */ \
	X("─", "-") X("│", "|") X("┌", "+") X("┬", "+") X("┐", "+") X("├", "+") X("┼", "+") X("┤", "+") \
	X("└", "+") X("┴", "+") X("┘", "+") \
	/* a scale of eight levels, and the shade of an uncertain part of a bar */ \
	X("▁", ".") X("▂", ":") X("▃", "-") X("▄", "=") X("▅", "+") X("▆", "*") X("▇", "#") X("█", "@") \
	X("░", ".")
/* clang-format on */

/* The eight levels of that scale, from low to high. */
#define GLYPH_LEVELS "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"

/*
 * The twin of the character that `text`, of `size` bytes, begins with and that is not ASCII; "?" when it has none.
 * Stores the length of the character in bytes.
 */
const char *glyph_twin(const char *text, size_t size, size_t *length);

#endif

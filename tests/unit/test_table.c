/* SPDX-License-Identifier: MIT */
/* Unit tests of pages and tables, which fit their terminal, and of what a terminal takes. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/table.h"
#include "base/utf8.h"

static const struct table_column columns[] = {
	{"name", 8, 0, true}, {"µs", 6, 0, false},     {"least", 8, 3, false}, {"more", 8, 1, false},
	{"two", 8, 2, false}, {"of one", 8, 2, false}, {"words", 9, 0, true},
};

static char *printed(unsigned width, bool ascii)
{
	static const char *const rows[][COUNT(columns)] = {
		{"first", "1", "2", "3", "4", "5", "→ nine ch"},
		{"second", NULL, "22.5", NULL, "", "5",
		 "a remark that is longer than its column, and than most terminals"},
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct table table;
	struct page page;

	page_start(&page, out, (struct tty_style){.width = width, .ascii = ascii});
	page_print(&page, 2, "%s", "prose: a sentence that is wrapped where the terminal ends");
	table_start(&table, &page, columns, COUNT(columns));
	table_titles(&table);
	for (unsigned i = 0; i < COUNT(rows); i++)
		table_row(&table, rows[i]);
	page_end(&page);
	fclose(out);
	return text;
}

Test(table, off_a_terminal_nothing_is_cut)
{
	char *text = printed(0, false);

	cr_expect_str_eq(text, "prose: a sentence that is wrapped where the terminal ends\n"
			       "name         µs    least     more      two   of one  words\n"
			       "first         1        2        3        4        5  → nine ch\n"
			       "second              22.5                          5  a remark that is longer than its "
			       "column, and than most terminals\n");
	free(text);
}

Test(table, leaves_out_whole_ranks)
{
	char *text = printed(60, true);

	cr_expect_str_eq(text, "prose: a sentence that is wrapped where the terminal ends\n"
			       "name         us     more      two   of one  words\n"
			       "first         1        3        4        5  -> nine ch\n"
			       "second                                   5  a remark that...\n"
			       "-- 1 column more: widen the terminal, or | less -S\n");
	free(text);
	text = printed(40, false);
	cr_expect_str_eq(text, "prose: a sentence that is wrapped where\n"
			       "  the terminal ends\n"
			       "name         µs     more  words\n"
			       "first         1        3  → nine ch\n"
			       "second                    a remark that…\n"
			       "-- 3 columns more: widen the terminal, or | less -S\n");
	free(text);
}

Test(table, says_that_lines_are_cut)
{
	char *text = printed(80, false);

	cr_expect_neq(strstr(text, "a remark that is longer th…\n-- lines are cut: widen"), NULL, "%s", text);
	free(text);
}

Test(table, fits_every_terminal)
{
	for (unsigned width = 57; width < 220; width++) {
		for (unsigned ascii = 0; ascii < 2; ascii++) {
			char *text = printed(width, ascii != 0), *line = text;
			for (size_t length; *line != '\0'; line += length + 1) {
				length = strcspn(line, "\n");
				cr_expect_leq(utf8_columns(line, length), width, "%.*s", (int)length, line);
			}
			free(text);
		}
	}
}

/* ---- what a terminal takes ---- */

static bool takes_utf8(const char *all, const char *ctype, const char *lang)
{
	const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"}, *const values[] = {all, ctype, lang};

	for (unsigned i = 0; i < COUNT(names); i++)
		if (values[i] != NULL)
			setenv(names[i], values[i], 1);
		else
			unsetenv(names[i]);
	return tty_takes_utf8();
}

Test(tty, the_locale_is_found_in_the_order_of_posix)
{
	cr_expect(takes_utf8(NULL, NULL, "de_DE.UTF-8"));
	cr_expect(takes_utf8(NULL, "C.utf8", "C"));
	cr_expect(takes_utf8("en_GB.Utf-8@euro", "C", "C"));
	cr_expect(takes_utf8("", "", "C.UTF-8"), "an empty variable decides nothing");
	cr_expect_not(takes_utf8(NULL, NULL, NULL));
	cr_expect_not(takes_utf8("C", "C.UTF-8", "C.UTF-8"));
	cr_expect_not(takes_utf8(NULL, "POSIX", "C.UTF-8"));
	cr_expect_not(takes_utf8(NULL, NULL, "de_DE.ISO-8859-1"));
}

Test(tty, a_file_has_neither_width_nor_colour)
{
	FILE *file = tmpfile();
	const struct tty_style style = tty_style(fileno(file));

	cr_expect_eq(style.width, 0);
	cr_expect_not(style.colour);
	fclose(file);
}

/* SPDX-License-Identifier: MIT */
/*
 * Text for people, made to fit their terminal: a page, which has prose that is wrapped and tables of which columns are
 * left out where there is no room for all. What a reader cannot see, the last line of the page says how to see. Off a
 * terminal nothing is wrapped, left out or cut. Used by whatever prints tables; a trace's own lines are laid out by
 * vmm/text, and the textbook's tables by vmm/tools/trace/protocol, on pages too.
 */
#ifndef VMM_BASE_TABLE_H
#define VMM_BASE_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/layout.h"
#include "base/tty.h"

struct page {
	FILE *out;
	struct tty_style style;
	unsigned left_out; /* the most columns that any one table did not have room for */
	bool is_cut;	   /* a line was cut */
	bool has_table;
};

void page_start(struct page *page, FILE *out, struct tty_style style);

/* Begins a line in the page's style. page_put() prints it, cut at the terminal's width. */
void page_begin(const struct page *page, struct layout *line);
void page_put(struct page *page, struct layout *line);

/*
 * Prints UTF-8 text of at most LAYOUT_SIZE bytes as one line, which is wrapped at words where the terminal ends;
 * further lines begin with `indent` spaces.
 */
void page_print(struct page *page, unsigned indent, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * The same for words that follow a line that was begun: they stand from `indent` on, in that column alone, in a colour
 * (parameters as of layout_colour(), NULL = none).
 */
void page_put_words(struct page *page, struct layout *line, unsigned indent, const char *words, const char *colour);

/* Says how to see what did not fit, if anything did not. */
void page_end(struct page *page);

/*
 * A column. Columns of rank 0 are always shown; where there is not enough room, those of the highest rank are left out
 * first, all of one rank together.
 */
struct table_column {
	const char *title; /* UTF-8; with the unit, which cells do not repeat */
	unsigned width;	   /* in columns; a longer cell moves the rest of its line */
	unsigned rank;
	bool is_left; /* aligned to the left, as words are; numbers are aligned to the right */
};

enum { TABLE_COLUMNS_MAX = 16 };

struct table {
	struct page *page;
	const struct table_column *columns;
	unsigned count, most_rank;
};

/* Chooses the columns for which there is room. Between two columns is one space, before a column of words two. */
void table_start(struct table *table, struct page *page, const struct table_column *columns, unsigned count);

/* Prints the line of the titles, and before it an empty one if the page has a table already. */
void table_titles(const struct table *table);

/* Prints a row. `cells` has UTF-8 text for each column; NULL = nothing. */
void table_row(const struct table *table, const char *const cells[]);

/* The width of a table with all its columns. */
unsigned table_width(const struct table_column *columns, unsigned count);

#endif

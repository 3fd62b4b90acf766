/* SPDX-License-Identifier: MIT */
/* Writes pages of the manual in the macros of man(7). */
#include <ctype.h>
#include <string.h>

#include "base/version.h"
#include "tools/manual/manual.h"

/* Letters that roff takes for something else, or draws as something that cannot be copied into a shell. */
static void put_letter(char letter, FILE *out)
{
	switch (letter) {
	case '\\':
		fputs("\\e", out);
		break;
	case '-':
		fputs("\\-", out);
		break;
	case '\'':
		fputs("\\(aq", out);
		break;
	case '^':
		fputs("\\(ha", out);
		break;
	case '~':
		fputs("\\(ti", out);
		break;
	case '`':
		fputs("\\(ga", out);
		break;
	default:
		fputc(letter, out);
	}
}

static void put_literal_text(const char *text, size_t length, FILE *out)
{
	if (length > 0 && text[0] == '.')
		fputs("\\&", out);
	for (size_t i = 0; i < length; i++) {
		put_letter(text[i], out);
		if (text[i] == '\n' && i + 1 < length && text[i + 1] == '.')
			fputs("\\&", out);
	}
}

/* Prose, in which `words` are set in bold. */
static void put_text(const char *text, size_t length, FILE *out)
{
	bool is_bold = false;

	if (length > 0 && text[0] == '.')
		fputs("\\&", out);
	for (size_t i = 0; i < length; i++) {
		if (text[i] != '`') {
			put_letter(text[i], out);
			continue;
		}
		is_bold = !is_bold;
		fputs(is_bold ? "\\fB" : "\\fR", out);
	}
}

static void put_paragraph(const char *text, size_t length, FILE *out)
{
	fputs(".PP\n", out);
	put_text(text, length, out);
	fputc('\n', out);
}

static void put_lines(const char *lines, size_t length, FILE *out)
{
	fputs(".PP\n.nf\n", out);
	put_literal_text(lines, length, out);
	fputs(lines[length - 1] == '\n' ? ".fi\n" : "\n.fi\n", out);
}

static const struct manual_writer writer = {put_paragraph, put_lines};

static void put_bold(const char *text, FILE *out)
{
	fputs("\\fB", out);
	put_literal_text(text, strlen(text), out);
	fputs("\\fR", out);
}

static void put_italic(const char *text, FILE *out)
{
	fputs("\\fI", out);
	put_literal_text(text, strlen(text), out);
	fputs("\\fR", out);
}

static void put_rows(const struct command_line_row *row, FILE *out)
{
	for (; row->left != NULL; row++) {
		fputs(".TP\n", out);
		put_bold(row->left, out);
		fputc('\n', out);
		put_text(row->right, strlen(row->right), out);
		fputc('\n', out);
	}
}

static void put_option(const struct argp_option *option, FILE *out)
{
	char letter[sizeof("-x")] = "-";

	letter[1] = (char)option->key;
	fputs(".TP\n", out);
	if (manual_has_letter(option)) {
		put_bold(letter, out);
		fputs(", ", out);
	}
	fputs("\\fB\\-\\-", out);
	put_literal_text(option->name, strlen(option->name), out);
	fputs("\\fR", out);
	if (option->arg != NULL) {
		fputs(manual_is_optional(option) ? "[=" : "=", out);
		(manual_argument(option) == ARGUMENT_CHOICES ? put_bold : put_italic)(option->arg, out);
		fputs(manual_is_optional(option) ? "]" : "", out);
	}
	fputc('\n', out);
	put_text(option->doc, strlen(option->doc), out);
	fputc('\n', out);
}

static void put_options(const struct command_line *line, FILE *out)
{
	const struct argp_option *option = line->options;

	for (; (option = manual_option(option)) != NULL; option++)
		put_option(option, out);
}

static void put_synopsis(const struct command_line *line, FILE *out)
{
	fputs(".PP\n", out);
	put_bold(line->name, out);
	fputs(" [\\fIOPTION\\fR...]", out);
	if (line->words != NULL) {
		fputc(' ', out);
		put_literal_text(line->words, strlen(line->words), out);
	}
	fputc('\n', out);
}

/* The nodes of a page: calls `put` for each command on it, below its name where there are several. */
struct page {
	const char *name;
	const struct manual_node *nodes;
	size_t count, lines;
};

static const struct command_line *line_on(const struct page *page, size_t index)
{
	char name[MANUAL_NAME_SIZE];
	const struct manual_node *node = &page->nodes[index];

	/* `vmm` alone has the options of `vmm run`. */
	return index > 0 && strcmp(manual_page(node, name), page->name) == 0 ? node->line : NULL;
}

static void put_each(const struct page *page, const char *section, void (*put)(const struct command_line *, FILE *),
		     FILE *out)
{
	fprintf(out, ".SH %s\n", section);
	for (size_t i = 0; i < page->count; i++) {
		const struct command_line *line = line_on(page, i);

		if (line == NULL)
			continue;
		if (page->lines > 1)
			fprintf(out, ".SS %s\n", line->name);
		put(line, out);
	}
}

static void put_statuses(const struct command_line *line, FILE *out)
{
	put_rows(line->statuses, out);
}

static void put_examples(const struct command_line *line, FILE *out)
{
	put_rows(line->examples, out);
}

static void put_head(const struct page *page, const char *summary, FILE *out)
{
	char name[MANUAL_NAME_SIZE];

	fputs(".TH ", out);
	for (const char *c = page->name; *c != '\0'; c++)
		fputc(toupper((unsigned char)*c), out);
	fprintf(out, " 1 \"\" \"%s\" \"User Commands\"\n.SH NAME\n", vmm_version);
	put_literal_text(page->name, strlen(page->name), out);
	fprintf(out, " \\- %s\n.SH SYNOPSIS\n", summary);
	for (size_t i = 0; i < page->count; i++)
		if (line_on(page, i) != NULL)
			put_synopsis(line_on(page, i), out);
	fputs(".SH DESCRIPTION\n", out);
	for (size_t i = 0; i < page->count; i++) {
		const struct manual_node *node = &page->nodes[i];

		if (strcmp(manual_page(node, name), page->name) != 0 || node->is_help || page->lines == 1 || i == 0)
			continue;
		fputs(".TP\n", out);
		put_bold(node->name, out);
		fputc('\n', out);
		put_text(node->summary, strlen(node->summary), out);
		fputc('\n', out);
	}
}

static bool put_descriptions(const struct page *page, FILE *out)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct command_line *line = line_on(page, i);

		if (line == NULL)
			continue;
		if (page->lines > 1)
			fprintf(out, ".SS %s\n", line->name);
		if (!manual_describe(line, &writer, out))
			return false;
	}
	return true;
}

static void put_see_also(const struct page *page, FILE *out)
{
	char name[MANUAL_NAME_SIZE], last[MANUAL_NAME_SIZE] = "";
	const char *between = "";

	fputs(".SH SEE ALSO\n", out);
	for (size_t i = 0; i < page->count; i++) {
		if (page->nodes[i].is_help || strcmp(manual_page(&page->nodes[i], name), page->name) == 0 ||
		    strcmp(name, last) == 0 || (strcmp(name, "vmm") == 0 && i > 0))
			continue;
		memcpy(last, name, sizeof(last));
		fputs(between, out);
		put_bold(name, out);
		fputs("(1)", out);
		between = ",\n";
	}
	fputc('\n', out);
}

bool manual_write_page(const char *name, FILE *out)
{
	struct page page = {.name = name};
	char own[MANUAL_NAME_SIZE];
	const char *summary = NULL;

	page.nodes = manual_nodes(&page.count);
	for (size_t i = 0; i < page.count; i++) {
		page.lines += line_on(&page, i) != NULL;
		if (summary == NULL && strcmp(manual_page(&page.nodes[i], own), name) == 0)
			summary = page.nodes[i].summary;
	}
	put_head(&page, summary, out);
	if (!put_descriptions(&page, out))
		return false;
	put_each(&page, "OPTIONS", put_options, out);
	put_each(&page, "EXIT STATUS", put_statuses, out);
	fputs(".SH FILES\n", out);
	put_rows(manual_files, out);
	fputs(".SH ENVIRONMENT\n", out);
	put_rows(manual_environment, out);
	put_each(&page, "EXAMPLES", put_examples, out);
	put_see_also(&page, out);
	return true;
}

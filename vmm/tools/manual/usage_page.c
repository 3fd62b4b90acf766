/* SPDX-License-Identifier: MIT */
/* Writes docs/usage.md: the whole usage in Markdown. */
#include <string.h>

#include "tools/manual/manual.h"

/* Prose. Words between backquotes stay as they are; elsewhere letters lose the meaning that Markdown gives them. */
static void put_text(const char *text, size_t length, FILE *out)
{
	bool is_code = false;

	for (size_t i = 0; i < length; i++) {
		is_code ^= text[i] == '`';
		if (!is_code && strchr("\\*_<>[]|&", text[i]) != NULL)
			fputc('\\', out);
		fputc(text[i], out);
	}
}

static void put_paragraph(const char *text, size_t length, FILE *out)
{
	put_text(text, length, out);
	fputs("\n\n", out);
}

static void put_literal(const char *lines, size_t length, FILE *out)
{
	while (length > 0) {
		const char *end = memchr(lines, '\n', length);
		const size_t size = end != NULL ? (size_t)(end - lines) : length;

		fprintf(out, "  %.*s\n", (int)size, lines);
		length -= size + (end != NULL);
		lines += size + (end != NULL);
	}
	fputc('\n', out);
}

/* Code in a cell, in which | would end the cell. */
static void put_code(const char *before, const char *text, const char *after, FILE *out)
{
	fputs(before, out);
	for (; *text != '\0'; text++)
		fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
	fputs(after, out);
}

static void put_rows(const char *title, const struct command_line_row *row, FILE *out)
{
	fprintf(out, "| %s | |\n|---|---|\n", title);
	for (; row->left != NULL; row++) {
		put_code("| `", row->left, "` | ", out);
		put_text(row->right, strlen(row->right), out);
		fputs(" |\n", out);
	}
	fputc('\n', out);
}

static void put_option(const struct argp_option *option, FILE *out)
{
	fputs("| ", out);
	if (manual_has_letter(option))
		fprintf(out, "`-%c`, ", option->key);
	fprintf(out, "`--%s", option->name);
	if (option->arg != NULL)
		put_code(manual_is_optional(option) ? "[=" : "=", option->arg, manual_is_optional(option) ? "]" : "",
			 out);
	fputs("` | ", out);
	put_text(option->doc, strlen(option->doc), out);
	fputs(" |\n", out);
}

static bool put_command(const struct manual_node *node, FILE *out)
{
	static const struct manual_writer writer = {put_paragraph, put_literal};
	const struct command_line *line = node->line;
	const struct argp_option *option = line->options;

	fprintf(out, "## `%s`\n\n    %s [OPTION...]%s%s\n\n", node->name, line->name, line->words != NULL ? " " : "",
		line->words != NULL ? line->words : "");
	if (!manual_describe(line, &writer, out))
		return false;
	fputs("| option | |\n|---|---|\n", out);
	for (; (option = manual_option(option)) != NULL; option++)
		put_option(option, out);
	fputc('\n', out);
	put_rows("exit status", line->statuses, out);
	put_rows("example", line->examples, out);
	return true;
}

bool manual_write_markdown(FILE *out)
{
	size_t count;
	const struct manual_node *nodes = manual_nodes(&count);

	fputs("# Usage\n\n"
	      "Every subcommand and option. This file is written by `vmm-manual markdown`, from the tables by which "
	      "vmm "
	      "reads its\ncommand lines; `vmm help SUBCOMMAND` shows the same, and so do the pages of the manual.\n\n"
	      "| | |\n|---|---|\n",
	      out);
	for (size_t i = 0; i < count; i++)
		if (!nodes[i].is_help)
			fprintf(out, "| `%s` | %s |\n", nodes[i].name, nodes[i].summary);
	fputs("\n`vmm IMAGE` is `vmm run IMAGE`. An option's name may be cut as long as it is the only one that begins "
	      "so. "
	      "A value that\nis no number, where one is wanted, is wrong usage (2); a number that is not allowed is "
	      "refused (125).\n\n",
	      out);
	for (size_t i = 1; i < count; i++)
		if (nodes[i].line != NULL && !put_command(&nodes[i], out))
			return false;
	fputs("## All of them\n\n", out);
	put_rows("file", manual_files, out);
	put_rows("environment", manual_environment, out);
	return true;
}

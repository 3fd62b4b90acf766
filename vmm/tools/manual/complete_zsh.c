/* SPDX-License-Identifier: MIT */
/* Writes the completion for zsh, whose _arguments is given the options of the command that has been typed. */
#include <string.h>

#include "tools/manual/manual.h"

static const char head[] = "#compdef vmm\n"
			   "# zsh completion for vmm. Written by `vmm-manual completion zsh`.\n"
			   "\n"
			   "_vmm() {\n"
			   "\tlocal command=vmm depth=2\n"
			   "\twhile (( depth < CURRENT )); do\n"
			   "\t\tcase \"$command $words[depth]\" in\n"
			   "\t\t";

static const char children_head[] = ")\n"
				    "\t\t\tcommand+=\" $words[depth]\"\n"
				    "\t\t\t(( depth += 1 ))\n"
				    "\t\t\t;;\n"
				    "\t\t*) break ;;\n"
				    "\t\tesac\n"
				    "\tdone\n"
				    "\tlocal -a children=()\n"
				    "\tcase $command in\n";

static const char arguments_head[] = "\tesac\n"
				     "\tif (( CURRENT == depth && $#children )) && [[ $PREFIX != -* ]]; then\n"
				     "\t\t_describe -t commands subcommand children\n"
				     "\tfi\n"
				     "\twords=(\"$command\" \"${(@)words[depth,-1]}\")\n"
				     "\t(( CURRENT -= depth - 2 ))\n"
				     "\tcase $command in\n";

static const char tail[] = "\tesac\n"
			   "}\n"
			   "\n"
			   "_vmm \"$@\"\n";

/* Text within a specification that is in single quotes. */
static void put_quoted(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr("[]:\\", *text) != NULL)
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_argument(const struct argp_option *option, FILE *out)
{
	const enum manual_argument argument = manual_argument(option);

	if (argument == ARGUMENT_NONE || option->arg == NULL)
		return;
	fprintf(out, "%s%s:", manual_is_optional(option) ? "::" : ":",
		argument == ARGUMENT_CHOICES ? "value" : option->arg);
	if (argument == ARGUMENT_CHOICES) {
		fputc('(', out);
		for (const char *c = option->arg; *c != '\0'; c++)
			fputc(*c == '|' ? ' ' : *c, out);
		fputc(')', out);
	} else if (argument == ARGUMENT_FILE) {
		fputs("_files", out);
	} else if (argument == ARGUMENT_FOLDER) {
		fputs("_files -/", out);
	} else {
		fputc(' ', out);
	}
}

/* "+" = the value may stand in the same word or the next one, "-" = in the same word only. */
static void put_option(const struct argp_option *option, FILE *out)
{
	const bool has_argument = option->arg != NULL, is_optional = manual_is_optional(option);

	fputs(" \\\n\t\t\t", out);
	if (manual_has_letter(option) && option->key != KEY_HELP)
		fprintf(out, "'(-%c --%s)'{'-%c%s','--%s%s'}'[", option->key, option->name, option->key,
			!has_argument ? ""
			: is_optional ? "-"
				      : "+",
			option->name,
			!has_argument ? ""
			: is_optional ? "=-"
				      : "=");
	else
		fprintf(out, "'--%s%s[", option->name, !has_argument ? "" : is_optional ? "=-" : "=");
	put_quoted(option->doc, out);
	fputc(']', out);
	put_argument(option, out);
	fputc('\'', out);
}

static void put_arguments(const struct manual_node *node, FILE *out)
{
	const struct argp_option *option = node->line->options;

	fprintf(out, "\t'%s')\n\t\t_arguments -s -S", node->name);
	for (; (option = manual_option(option)) != NULL; option++)
		put_option(option, out);
	fprintf(out, "%s\n\t\t;;\n", manual_takes_files(node) ? " \\\n\t\t\t'*:file:_files'" : "");
}

static void put_children(const struct manual_node *nodes, size_t count, const struct manual_node *parent, FILE *out)
{
	bool has_any = false;

	for (size_t i = 0; i < count; i++) {
		const char *word = manual_child(parent, &nodes[i]);

		if (word == NULL)
			continue;
		if (!has_any)
			fprintf(out, "\t'%s')\n\t\tchildren=(\n", parent->name);
		has_any = true;
		fprintf(out, "\t\t\t'%s:", word);
		put_quoted(nodes[i].summary, out);
		fputs("'\n", out);
	}
	fputs(has_any ? "\t\t)\n\t\t;;\n" : "", out);
}

bool manual_write_zsh(FILE *out)
{
	size_t count;
	const struct manual_node *nodes = manual_nodes(&count);

	fputs(head, out);
	for (size_t i = 1; i < count; i++)
		fprintf(out, "%s'%s'", i > 1 ? " | " : "", nodes[i].name);
	fputs(children_head, out);
	for (size_t i = 0; i < count; i++)
		put_children(nodes, count, &nodes[i], out);
	fputs(arguments_head, out);
	for (size_t i = 0; i < count; i++)
		if (nodes[i].line != NULL)
			put_arguments(&nodes[i], out);
	fputs(tail, out);
	return true;
}

/* SPDX-License-Identifier: MIT */
/* Writes the completion for fish: a row for each option and each subcommand, and on which command it holds. */
#include "tools/manual/manual.h"

static const char head[] = "# fish completion for vmm. Written by `vmm-manual completion fish`.\n"
			   "\n"
			   "# The subcommand that has been typed, and whether another one may follow.\n"
			   "function __vmm_command\n"
			   "\tset -l command vmm\n"
			   "\tset -l words (commandline -opc)\n"
			   "\tset -e words[1]\n"
			   "\tfor word in $words\n"
			   "\t\tswitch \"$command $word\"\n"
			   "\t\t\tcase";

static const char rows_head[] = "\n"
				"\t\t\t\tset command \"$command $word\"\n"
				"\t\t\tcase '*'\n"
				"\t\t\t\techo $command\n"
				"\t\t\t\techo over\n"
				"\t\t\t\treturn\n"
				"\t\tend\n"
				"\tend\n"
				"\techo $command\n"
				"\techo open\n"
				"end\n"
				"\n"
				"function __vmm_is\n"
				"\tset -l at (__vmm_command)\n"
				"\ttest \"$at[1]\" = \"$argv\"; and not contains -- -- (commandline -opc)\n"
				"end\n"
				"\n"
				"function __vmm_wants\n"
				"\tset -l at (__vmm_command)\n"
				"\ttest \"$at\" = \"$argv open\"\n"
				"end\n"
				"\n"
				"# Not behind --stats=, where words are no values.\n"
				"function __vmm_takes_files\n"
				"\t__vmm_is $argv; and not string match -q -- '-*' (commandline -ct)\n"
				"end\n"
				"\n"
				"complete -c vmm -f\n";

static void put_quoted(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text != '\0'; text++)
		fprintf(out, "%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
	fputc('\'', out);
}

static void put_option(const struct manual_node *node, const struct argp_option *option, FILE *out)
{
	const enum manual_argument argument = manual_argument(option);

	fprintf(out, "complete -c vmm -n '__vmm_is %s' -l %s", node->name, option->name);
	if (manual_has_letter(option) && option->key != KEY_HELP)
		fprintf(out, " -s %c", option->key);
	if (argument != ARGUMENT_NONE && !manual_is_optional(option))
		fputs(" -r", out);
	if (argument == ARGUMENT_CHOICES) {
		fputs(" -f -a '", out);
		for (const char *c = option->arg; *c != '\0'; c++)
			fputc(*c == '|' ? ' ' : *c, out);
		fputc('\'', out);
	} else if (argument == ARGUMENT_FILE) {
		fputs(manual_is_optional(option)
			      ? " -a '(__fish_complete_path (commandline -ct | string replace -r \"^-.*?=\" \"\"))'"
			      : " -F",
		      out);
	} else if (argument == ARGUMENT_FOLDER) {
		fputs(" -f -a '(__fish_complete_directories)'", out);
	} else {
		fputs(" -f", out);
	}
	fputs(" -d ", out);
	put_quoted(option->doc, out);
	fputc('\n', out);
}

bool manual_write_fish(FILE *out)
{
	size_t count;
	const struct manual_node *nodes = manual_nodes(&count);

	fputs(head, out);
	for (size_t i = 1; i < count; i++)
		fprintf(out, " '%s'", nodes[i].name);
	fputs(rows_head, out);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			const char *word = manual_child(&nodes[i], &nodes[j]);

			if (word == NULL)
				continue;
			fprintf(out, "complete -c vmm -n '__vmm_wants %s' -a %s -d ", nodes[i].name, word);
			put_quoted(nodes[j].summary, out);
			fputc('\n', out);
		}
		if (manual_takes_files(&nodes[i]))
			fprintf(out, "complete -c vmm -n '__vmm_takes_files %s' -F\n", nodes[i].name);
		for (const struct argp_option *option = nodes[i].line != NULL ? nodes[i].line->options : NULL;
		     option != NULL && (option = manual_option(option)) != NULL; option++)
			put_option(&nodes[i], option, out);
	}
	return true;
}

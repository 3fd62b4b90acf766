/* SPDX-License-Identifier: MIT */
/* Writes the completion for bash: one function, and what it looks up in tables of cases. */
#include <string.h>

#include "tools/manual/manual.h"

/*
 * Bash cuts words at =, so `--irqchip=us` comes as three words; in `joined` there is a = if the value that is completed
 * is joined to its option, as a value that may be left out must be.
 */
static const char head[] = "# bash completion for vmm. Written by `vmm-manual completion bash`.\n"
			   "\n"
			   "# Completes one of the WORDS, or a file for which compgen has ACTION.\n"
			   "_vmm_words() { # WORDS\n"
			   "\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
			   "\tCOMPREPLY=(\"${COMPREPLY[@]/#/$prefix}\")\n"
			   "}\n"
			   "\n"
			   "_vmm_files() { # ACTION\n"
			   "\tcompopt -o filenames 2>/dev/null\n"
			   "\tmapfile -t COMPREPLY < <(compgen -A \"$1\" -- \"$current\")\n"
			   "\tCOMPREPLY=(\"${COMPREPLY[@]/#/$prefix}\")\n"
			   "}\n"
			   "\n"
			   "_vmm() {\n"
			   "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
			   "\tlocal command=vmm depth=1 option=$before joined= prefix= i\n"
			   "\tCOMPREPLY=()\n"
			   "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			   "\t\t[[ ${COMP_WORDS[i]} != -- ]] || return 0 # words for init\n"
			   "\t\t((i == depth)) || continue\n"
			   "\t\tcase \"$command ${COMP_WORDS[i]}\" in\n";

static const char values_head[] = "\t\t\tcommand=\"$command ${COMP_WORDS[i]}\"\n"
				  "\t\t\tdepth=$((depth + 1))\n"
				  "\t\t\t;;\n"
				  "\t\tesac\n"
				  "\tdone\n"
				  "\tif [[ $current == = ]]; then\n"
				  "\t\tjoined== current=\n"
				  "\telif [[ $before == = ]]; then\n"
				  "\t\tjoined== option=${COMP_WORDS[COMP_CWORD - 2]}\n"
				  "\telif [[ $current == --*=* ]]; then\n"
				  "\t\tjoined== option=${current%%=*} prefix=${current%%=*}= current=${current#*=}\n"
				  "\tfi\n"
				  "\tcase \"$command $option$joined\" in\n";

static const char words_head[] = "\tesac\n"
				 "\t[[ -z $joined ]] || return 0\n"
				 "\tif [[ $current == -* ]]; then\n"
				 "\t\tcase $command in\n";

static const char children_head[] = "\t\tesac\n"
				    "\t\treturn 0\n"
				    "\tfi\n"
				    "\tlocal children=\n"
				    "\tif ((COMP_CWORD == depth)); then\n"
				    "\t\tcase $command in\n";

static const char files_head[] = "\t\tesac\n"
				 "\tfi\n"
				 "\tlocal -a found=()\n"
				 "\tif [[ -n $children ]]; then\n"
				 "\t\t_vmm_words \"$children\"\n"
				 "\t\tfound=(\"${COMPREPLY[@]}\")\n"
				 "\tfi\n"
				 "\tcase $command in\n";

static const char tail[] = "\t\t_vmm_files file\n"
			   "\t\tCOMPREPLY=(\"${found[@]}\" \"${COMPREPLY[@]}\")\n"
			   "\t\t;;\n"
			   "\tesac\n"
			   "}\n"
			   "complete -F _vmm vmm\n";

/* "'vmm run --irqchip=' | 'vmm run --irqchip')", or only the first for a value that may be left out. */
static void put_case(const struct manual_node *node, const struct argp_option *option, FILE *out)
{
	fprintf(out, "\t'%s --%s='", node->name, option->name);
	if (!manual_is_optional(option)) {
		fprintf(out, " | '%s --%s'", node->name, option->name);
		if (manual_has_letter(option))
			fprintf(out, " | '%s -%c'", node->name, option->key);
	}
	fputs(")\n", out);
}

static void put_value(const struct manual_node *node, const struct argp_option *option, FILE *out)
{
	const enum manual_argument argument = manual_argument(option);

	if (argument == ARGUMENT_NONE)
		return;
	put_case(node, option, out);
	if (argument == ARGUMENT_CHOICES) {
		fputs("\t\t_vmm_words '", out);
		for (const char *c = option->arg; *c != '\0'; c++)
			fputc(*c == '|' ? ' ' : *c, out);
		fputs("'\n", out);
	} else if (argument != ARGUMENT_OTHER) {
		fprintf(out, "\t\t_vmm_files %s\n", argument == ARGUMENT_FILE ? "file" : "directory");
	}
	fputs("\t\treturn 0\n\t\t;;\n", out);
}

static void put_options(const struct manual_node *node, FILE *out)
{
	const struct argp_option *option = node->line->options;

	fprintf(out, "\t\t'%s') _vmm_words '", node->name);
	for (const char *space = ""; (option = manual_option(option)) != NULL; option++, space = " ") {
		fprintf(out, "%s--%s", space, option->name);
		if (manual_has_letter(option) && option->key != KEY_HELP)
			fprintf(out, " -%c", option->key);
	}
	fputs("' ;;\n", out);
}

static void put_children(const struct manual_node *nodes, size_t count, const struct manual_node *parent, FILE *out)
{
	const char *space = "";

	for (size_t i = 0; i < count; i++) {
		const char *word = manual_child(parent, &nodes[i]);

		if (word == NULL)
			continue;
		if (*space == '\0')
			fprintf(out, "\t\t'%s') children='", parent->name);
		fprintf(out, "%s%s", space, word);
		space = " ";
	}
	fputs(*space != '\0' ? "' ;;\n" : "", out);
}

bool manual_write_bash(FILE *out)
{
	size_t count;
	const struct manual_node *nodes = manual_nodes(&count);
	const char *between = "\t\t";

	fputs(head, out);
	for (size_t i = 1; i < count; i++)
		fprintf(out, "%s'%s'%s", i > 1 ? " | " : "\t\t", nodes[i].name, i + 1 < count ? "" : ")\n");
	fputs(values_head, out);
	for (size_t i = 0; i < count; i++)
		for (const struct argp_option *option = nodes[i].line != NULL ? nodes[i].line->options : NULL;
		     option != NULL && (option = manual_option(option)) != NULL; option++)
			put_value(&nodes[i], option, out);
	fputs(words_head, out);
	for (size_t i = 0; i < count; i++)
		if (nodes[i].line != NULL)
			put_options(&nodes[i], out);
	fputs(children_head, out);
	for (size_t i = 0; i < count; i++)
		put_children(nodes, count, &nodes[i], out);
	fputs(files_head, out);
	between = "\t";
	for (size_t i = 0; i < count; i++) {
		if (!manual_takes_files(&nodes[i]))
			continue;
		fprintf(out, "%s'%s'", between, nodes[i].name);
		between = " | ";
	}
	fputs(")\n", out);
	fputs(tail, out);
	return true;
}

/* SPDX-License-Identifier: MIT */
/* The registry of all command lines, and how their tables are read: see manual.h. */
#include "tools/manual/manual.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/executable.h"
#include "base/subcommands.h"
#include "run/options.h"
#include "tools/bench/bench_command.h"
#include "tools/doctor/doctor.h"
#include "tools/trace/commands/trace_command.h"

#define HELP "vmm help"

/* ---- what can be called ---- */

#define RUN_ROW(name, summary) {"vmm " #name, summary, &name##_command_line, false},
#define TRACE_ROW(name, summary) {"vmm trace " #name, summary, &trace_command_##name.line, false},
#define SUMMARY(name, summary) static const char name##_summary[] = summary;
TOOLS_SUBCOMMANDS(SUMMARY)

static const struct manual_node commands[] = {
	{"vmm", "runs a guest kernel in a virtual machine and shows its exits", &run_command_line, false},
	RUN_SUBCOMMANDS(RUN_ROW){"vmm trace", trace_summary, NULL, false},
	TRACE_COMMANDS(TRACE_ROW){"vmm bench", bench_summary, &bench_command_line, false},
	{"vmm bench compare", "says what has changed between two results", &bench_compare_command_line, false},
	{"vmm doctor", doctor_summary, &doctor_command_line, false},
	{HELP, "says what a subcommand does", NULL, false},
};

/* The commands and, for each but the first, what asks for its help. */
const struct manual_node *manual_nodes(size_t *count)
{
	static struct manual_node nodes[2 * COUNT(commands)];
	size_t made = COUNT(commands);

	memcpy(nodes, commands, sizeof(commands));
	for (size_t i = 1; i < COUNT(commands); i++) {
		struct manual_node *node = &nodes[made];

		if (strcmp(commands[i].name, HELP) == 0)
			continue;
		*node = (struct manual_node){.summary = commands[i].summary, .is_help = true};
		snprintf(node->name, sizeof(node->name), HELP "%s", commands[i].name + strlen("vmm"));
		made++;
	}
	*count = made;
	return nodes;
}

const char *manual_child(const struct manual_node *parent, const struct manual_node *node)
{
	const char *word = strrchr(node->name, ' ');
	const size_t length = strlen(parent->name);

	return word != NULL && (size_t)(word - node->name) == length && memcmp(node->name, parent->name, length) == 0
		       ? word + 1
		       : NULL;
}

const char *manual_page(const struct manual_node *node, char page[MANUAL_NAME_SIZE])
{
	static const char *const own[] = {
#define ROW(name, ...) #name,
		TOOLS_SUBCOMMANDS(ROW)
#undef ROW
	};
	const char *word = node->name + strlen("vmm");

	snprintf(page, MANUAL_NAME_SIZE, "vmm");
	for (size_t i = 0; i < COUNT(own) && *word == ' '; i++)
		if (strcspn(word + 1, " ") == strlen(own[i]) && strncmp(word + 1, own[i], strlen(own[i])) == 0)
			snprintf(page, MANUAL_NAME_SIZE, "vmm-%s", own[i]);
	return page;
}

/* ---- options ---- */

const struct argp_option *manual_option(const struct argp_option *option)
{
	while (option->name != NULL && (option->flags & OPTION_HIDDEN) != 0)
		option++;
	return option->name != NULL ? option : NULL;
}

bool manual_has_letter(const struct argp_option *option)
{
	return option->key > 0 && option->key < 0x80 && isgraph(option->key);
}

/* By the tables' convention, names of values are in capitals, and what is not is a value itself. */
enum manual_argument manual_argument(const struct argp_option *option)
{
	if (option->arg == NULL)
		return ARGUMENT_NONE;
	if (islower((unsigned char)option->arg[0]))
		return ARGUMENT_CHOICES;
	if (strcmp(option->arg, "FILE") == 0)
		return ARGUMENT_FILE;
	return strcmp(option->arg, "DIR") == 0 ? ARGUMENT_FOLDER : ARGUMENT_OTHER;
}

bool manual_is_optional(const struct argp_option *option)
{
	return (option->flags & OPTION_ARG_OPTIONAL) != 0;
}

bool manual_takes_files(const struct manual_node *node)
{
	return node->line != NULL && node->line->words != NULL && node->line->words[0] != '[';
}

/* ---- documentation ---- */

/* The length of the run of indented lines at `text`. */
static size_t literal_length(const char *text)
{
	size_t length = 0;

	while (text[length] == ' ')
		length += strcspn(text + length, "\n") + (strchr(text + length, '\n') != NULL);
	return length;
}

static void describe_text(const char *text, const struct manual_writer *writer, FILE *out)
{
	while (*text != '\0') {
		size_t length = literal_length(text);

		if (length > 0) {
			writer->literal(text, length, out);
		} else {
			length = strcspn(text, "\n");
			if (length > 0)
				writer->paragraph(text, length, out);
			length += text[length] == '\n';
		}
		text += length;
	}
}

bool manual_describe(const struct command_line *line, const struct manual_writer *writer, FILE *out)
{
	char *more = line->describe != NULL ? line->describe() : NULL, *text = strdup(line->documentation);
	const bool made = text != NULL && (line->describe == NULL || more != NULL);

	if (made) {
		char *after = strchr(text, '\v');
		if (after != NULL)
			*after = '\0';
		describe_text(text, writer, out);
		describe_text(after != NULL ? after + 1 : "", writer, out);
		describe_text(more != NULL ? more : "", writer, out);
	}
	free(more);
	free(text);
	return made;
}

/* ---- what all have ---- */

const struct command_line_row manual_files[] = {
	{"/dev/kvm", "KVM, which must be readable and writable"},
#define ROW(name, folder, what) {"PREFIX/" folder "/" name, what},
	INSTALLED_FILES(ROW)
#undef ROW
		{0},
};

const struct command_line_row manual_environment[] = {
	{"NO_COLOR", "if it is set and not empty, nothing is coloured; else what goes to a terminal is"},
	{"TERM", "a terminal that is not set, or is dumb, gets no colours and no line of progress"},
	{0},
};

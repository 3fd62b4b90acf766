/* SPDX-License-Identifier: MIT */
/* `vmm trace explain`: why an exit or a transition came, what was done about it, and what followed, in sentences. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ringside/device.h"
#include "text/text.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/explain/explain.h"
#include "tools/trace/filter/filter.h"

enum { EXPLAINED_DEFAULT = 3 };

static struct {
	const char *what; /* the number of an exit, or a filter; NULL = the first record of each kind */
	uint64_t limit;
} chosen;

/* The lines of a printer as text in memory, which is emptied each time that they are taken. */
struct lines {
	FILE *out;
	char *text;
	size_t size;
	char title[512];
};

static bool is_number(const char *text)
{
	return text != NULL && text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int complain_of_filter(const struct error *error, const char *filter, size_t column)
{
	fprintf(stderr, "vmm: trace explain: %s: %s, at column %zu\n", filter, error->text, column + 1);
	return RINGSIDE_STATUS_USAGE;
}

/* Gives the explainer what the printer has printed, and prints what can be explained. */
static void take_lines(struct lines *lines, struct explainer *explainer, bool at_end, struct page *page)
{
	fflush(lines->out);
	if (lines->size > 0) {
		explainer_take_lines(explainer, lines->text);
		rewind(lines->out);
		fflush(lines->out);
		lines->text[0] = '\0';
	}
	explainer_print(explainer, lines->title, at_end, page);
}

static void take_title(struct lines *lines, struct text_printer *printer)
{
	text_header(printer);
	fflush(lines->out);
	snprintf(lines->title, sizeof(lines->title), "%.*s", (int)strcspn(lines->text, "\n"), lines->text);
	rewind(lines->out);
	fflush(lines->out);
	lines->text[0] = '\0';
}

static int explain_all(struct trace_reader *reader, struct text_printer *printer, struct lines *lines,
		       struct explainer *explainer, const char *file)
{
	struct page page;
	struct error error;
	union record record;
	int more = 1;

	page_start(&page, stdout, tty_style(STDOUT_FILENO));
	take_title(lines, printer);
	text_choose(printer, explainer_choice(explainer));
	while (!explainer_is_full(explainer) && !ferror(stdout) &&
	       (more = trace_command_next(reader, &record, &error)) > 0) {
		text_record(printer, &record);
		take_lines(lines, explainer, false, &page);
	}
	if (more <= 0) {
		text_flush(printer);
		take_lines(lines, explainer, true, &page);
	}
	if (more < 0)
		return complain(error.text);
	if (more == 0 && explainer_count(explainer) == 0 && !ferror(stdout))
		return complain("the trace has no such record; vmm trace print shows what it has");
	return more == 0 ? trace_command_finish(reader, file) : output_finish();
}

static int explain(struct trace_reader *reader, const struct filter *filter, const char *file)
{
	const uint64_t limit = chosen.limit > 0	     ? chosen.limit
			       : chosen.what != NULL ? (uint64_t)EXPLAINED_DEFAULT
						     : UINT64_MAX;
	struct explainer *explainer = explainer_new(filter_choice(filter), limit);
	struct lines lines = {0};
	int status = RINGSIDE_STATUS_REFUSED;

	lines.out = open_memstream(&lines.text, &lines.size);
	struct text_printer *printer = lines.out != NULL
					       ? text_new(lines.out, trace_reader_clock(reader),
							  trace_reader_symbols(reader), tty_style(STDOUT_FILENO))
					       : NULL;
	if (explainer == NULL || printer == NULL)
		complain("no memory to explain with");
	else
		status = explain_all(reader, printer, &lines, explainer, file);
	text_free(printer);
	explainer_free(explainer);
	if (lines.out != NULL)
		fclose(lines.out);
	free(lines.text);
	return status;
}

static int run(struct trace_reader *reader, const char *file)
{
	char number[64];
	const char *expression = chosen.what;
	struct filter *filter = NULL;
	struct error error;
	size_t column;

	if (is_number(chosen.what)) {
		snprintf(number, sizeof(number), "exit==%.32s && kind==vmexit", chosen.what);
		expression = number;
	}
	if (expression != NULL) {
		filter = filter_new(expression, trace_reader_symbols(reader), &error, &column);
		if (filter == NULL)
			return complain_of_filter(&error, chosen.what, is_number(chosen.what) ? 0 : column);
	}
	int status = explain(reader, filter, file);
	filter_free(filter);
	return status;
}

/* ---- words ---- */

static int take_option(int key, char *value, struct error *error)
{
	(void)key;
	return command_line_count("-n", value, 1, UINT64_MAX, &chosen.limit, error);
}

static int take_what(char *word, struct error *error)
{
	if (chosen.what != NULL)
		return error_set(error, "unexpected word '%s': one number or filter, in quotes", word);
	chosen.what = word;
	return 0;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"limit", 'n', "N", 0, "Explain N records at most (3; all kinds)", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace explain run.trace", "the first of each kind that the trace has"},
	{"vmm trace explain run.trace 214", "exit 214"},
	{"vmm trace explain run.trace 'kind==interrupt && program==sieve'", "the timer takes the CPU from sieve"},
	{0},
};

const struct trace_command trace_command_explain = {
	.line =
		{
			.name = "vmm trace explain",
			.options = options,
			.words = "FILE [N|FILTER]",
			.documentation =
				"Explains in sentences why a VM exit or a transition came, what the CPU, the kernel "
				"and "
				"the VMM did about it, what followed, and where the manuals tell of it.\v"
				"N is the number of a VM exit, in the first column of vmm trace print. A FILTER is one "
				"of vmm trace print, whose --help lists its fields.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.word = take_what,
	.run = run,
};

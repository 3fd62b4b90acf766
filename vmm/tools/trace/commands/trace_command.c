/* SPDX-License-Identifier: MIT */
#include "tools/trace/commands/trace_command.h"

#include <stdio.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/output/progress.h"

enum { PROGRESS_RECORDS = 1 << 16 };

/* ---- the command line ---- */

const struct command_line_row trace_command_statuses[] = {
	{"0", "done; also when nobody reads standard output any more"},
	COMMAND_LINE_STATUS_USAGE,
	{"125", "the trace is refused, or the output cannot be written"},
	{0},
};

struct parse {
	const struct trace_command *command;
	const char *file;
};

static int take_option(void *chosen, int key, char *value, struct error *error)
{
	return ((const struct parse *)chosen)->command->option(key, value, error);
}

static int take_file(void *chosen, char *word, bool after_dashes, struct error *error)
{
	struct parse *parse = chosen;

	(void)after_dashes;
	if (parse->file != NULL && parse->command->word != NULL)
		return parse->command->word(word, error);
	if (parse->file != NULL)
		return error_set(error, "unexpected word '%s': one FILE at a time, and that is %s", word, parse->file);
	parse->file = word;
	return 0;
}

static int check(void *chosen, struct error *error)
{
	const struct parse *parse = chosen;

	if (parse->file == NULL)
		return error_set(error, "no FILE given: %s run.trace reads what vmm --trace=run.trace IMAGE recorded",
				 parse->command->line.name);
	return parse->command->check != NULL ? parse->command->check(error) : 0;
}

int trace_command_run(const struct trace_command *command, int argc, char **argv)
{
	struct command_line line = command->line;
	struct parse parse = {.command = command};
	struct error error;

	line.option = take_option;
	line.word = take_file;
	line.check = check;
	int status = command_line_parse(&line, argc, argv, &parse, &error);
	if (status != 0)
		return complain_of_words(&line, status, &error);
	if (command->hand_over != NULL && command->hand_over(argv, &error) < 0)
		return complain(error.text);
	output_expect_failure();
	if (output_file_check_distinct(OUTPUT_FILE_STDOUT, parse.file, &error) < 0)
		return complain(error.text);
	struct trace_reader *reader = trace_reader_open(parse.file, &error);
	if (reader == NULL)
		return complain(error.text);
	progress_start();
	status = command->run(reader, parse.file);
	trace_reader_close(reader);
	return status;
}

/* ---- reading ---- */

void trace_command_progress(const struct trace_reader *reader, uint64_t records)
{
	progress_count((double)records / 1e6, "million records", trace_reader_progress(reader));
}

/* Shows the progress after `taken` more records; not after 0, the end, or -1. Returns `taken`. */
static inline int show_progress(const struct trace_reader *reader, int taken)
{
	static uint64_t records;

	if (taken <= 0)
		progress_end();
	else if ((records + (unsigned)taken) / PROGRESS_RECORDS != records / PROGRESS_RECORDS)
		trace_command_progress(reader, records + (unsigned)taken);
	records += taken > 0 ? (unsigned)taken : 0;
	return taken;
}

int trace_command_next(struct trace_reader *reader, union record *record, struct error *error)
{
	return show_progress(reader, trace_reader_next(reader, record, error));
}

int trace_command_batch(struct trace_reader *reader, const union record **records, struct error *error)
{
	return show_progress(reader, trace_reader_batch(reader, records, error));
}

int trace_command_filter(const struct trace_command *command, const char *expression, const struct trace_reader *reader,
			 struct filter **filter)
{
	struct error error;
	size_t column;

	*filter = expression != NULL ? filter_new(expression, trace_reader_symbols(reader), &error, &column) : NULL;
	if (*filter != NULL || expression == NULL)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: %s: --filter: %s\n  ", command->line.name + strlen("vmm "), error.text);
	for (const char *c = expression; *c != '\0'; c++)
		fputc((unsigned char)*c < ' ' ? ' ' : *c, stderr);
	fprintf(stderr, "\n  %*s^\n", (int)column, "");
	return RINGSIDE_STATUS_USAGE;
}

int trace_command_finish(const struct trace_reader *reader, const char *file)
{
	const char *note = trace_reader_note(reader);

	const int status = output_finish();

	if (status == RINGSIDE_STATUS_OK && note != NULL && !ferror(stdout))
		fprintf(stderr, "vmm: %s %s\n", file, note);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* `vmm trace print`: a trace as text, one line a record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"
#include "ringside/device.h"
#include "text/text.h"
#include "tools/commands.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/commands/trace_print.h"
#include "tools/trace/filter/filter.h"

const struct trace_annotator *trace_annotator;

struct print_options {
	const char *filter, *image, *initrd, *debug;
	uint64_t limit;
	bool follow, disassemble, source;
};

enum {
	KEY_FILTER = 'f',
	KEY_LIMIT = 'n',
	KEY_FOLLOW = 'F',
	KEY_DISASSEMBLE = 'd',
	KEY_SOURCE = 's',
	KEY_IMAGE = 0x100,
	KEY_INITRD,
	KEY_DEBUG
};
enum { FOLLOW_INTERVAL_NS = 50000000 };

static error_t set_limit(struct print_options *chosen, const char *word, const char **complaint)
{
	char *end;

	errno = 0;
	chosen->limit = strtoull(word, &end, 10);
	if (*word >= '0' && *word <= '9' && *end == '\0' && errno == 0)
		return 0;
	*complaint = "not a number of lines";
	return EINVAL;
}

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct print_options *chosen = input;

	switch (key) {
	case KEY_FILTER:
		chosen->filter = word;
		return 0;
	case KEY_LIMIT:
		return set_limit(chosen, word, complaint);
	case KEY_FOLLOW:
		chosen->follow = true;
		return 0;
	case KEY_DISASSEMBLE:
		chosen->disassemble = true;
		return 0;
	case KEY_SOURCE:
		chosen->source = true;
		return 0;
	case KEY_IMAGE:
		chosen->image = word;
		return 0;
	case KEY_INITRD:
		chosen->initrd = word;
		return 0;
	case KEY_DEBUG:
		chosen->debug = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"filter", KEY_FILTER, "EXPRESSION", 0, "Print only the records that match: see below", 0},
	{"limit", KEY_LIMIT, "N", 0, "Stop after N lines", 0},
	{"follow", KEY_FOLLOW, NULL, 0, "Wait for what is still being recorded", 0},
	{"disassemble", KEY_DISASSEMBLE, NULL, 0, "Add the instruction that trapped", 0},
	{"source", KEY_SOURCE, NULL, 0, "Add the source line, where there is debug information", 0},
	{"image", KEY_IMAGE, "FILE", 0, "The image that ran, for these two; else the one that the trace names", 0},
	{"initrd", KEY_INITRD, "FILE", 0, "The initrd that ran, likewise", 0},
	{"symbols", KEY_DEBUG, "DIR", 0, "Where unstripped programs are; else guest/debug beside the image", 0},
	TRACE_HELP_OPTION,
	{0},
};
/* clang-format on */

static const char documentation[] = "Prints a trace: one line for every VM exit and every transition.\v"
				    "A filter compares fields with numbers, times or names by == != < <= > >=, and "
				    "joins comparisons by && || ! ( ):\n"
				    "  reason==IO && cpl==3 && !unclaimed\n"
				    "  name==write || (time>=10ms && time<20ms)\n"
				    "  kind==result && result<0\n"
				    "A record that does not have a field matches no comparison with it.\n\n"
				    "Fields:\n";

/* The words of --help: the language, and the table of its fields. NULL when there is no memory. */
static char *describe(void)
{
	char *fields = filter_fields(), *text = NULL;

	if (fields != NULL && asprintf(&text, "%s%s", documentation, fields) < 0)
		text = NULL;
	free(fields);
	return text;
}

/* The line says what, the next two where. */
static int complain_filter(const char *expression, const struct error *error, size_t column)
{
	fprintf(stderr, "vmm: trace print: --filter: %s\n  ", error->text);
	for (const char *c = expression; *c != '\0'; c++)
		fputc((unsigned char)*c < ' ' ? ' ' : *c, stderr);
	fprintf(stderr, "\n  %*s^\n", (int)column, "");
	return RINGSIDE_STATUS_USAGE;
}

/* Prints what there is. Returns what trace_reader_next() returned last. */
static int print_available(struct trace_reader *reader, struct text_printer *printer, struct error *error)
{
	union record record;
	int more = 0;

	while (!text_full(printer) && !ferror(stdout) && (more = trace_reader_next(reader, &record, error)) > 0)
		text_record(printer, &record);
	return more;
}

static void wait_a_moment(void)
{
	const struct timespec moment = {.tv_nsec = FOLLOW_INTERVAL_NS};

	fflush(stdout);
	nanosleep(&moment, NULL);
}

static int print_records(struct trace_reader *reader, struct text_printer *printer, const char *file, bool follow)
{
	struct error error;
	int more;

	text_header(printer);
	while ((more = print_available(reader, printer, &error)) == 0 && follow && !text_full(printer) &&
	       !ferror(stdout) && trace_reader_resume(reader))
		wait_a_moment();
	text_flush(printer);
	if (ferror(stdout))
		return trace_command_output_failed();
	if (more < 0)
		return trace_command_complain(error.text);
	return text_full(printer) ? RINGSIDE_STATUS_OK : trace_command_finish(reader, file);
}

/* ---- putting it together ---- */

static int print_with(struct trace_reader *reader, const struct print_options *chosen, const char *file,
		      const struct filter *filter, void *annotator)
{
	struct text_printer *printer = text_new(stdout, trace_reader_clock(reader), trace_reader_symbols(reader),
						terminal_takes_colour(STDOUT_FILENO));

	if (printer == NULL)
		return trace_command_complain("no memory to print with");
	text_width(printer, terminal_width(STDOUT_FILENO));
	text_choose(printer, filter_choice(filter));
	text_limit(printer, chosen->limit);
	if (annotator != NULL)
		text_set_extra(printer, (struct text_extra){trace_annotator->tell, annotator});
	struct code *constants = trace_print_constants(reader);
	text_set_constants(printer, code_constants(constants));
	int status = print_records(reader, printer, file, chosen->follow);
	text_free(printer);
	code_close(constants);
	return status;
}

static int print_filtered(struct trace_reader *reader, const struct print_options *chosen, const char *file,
			  const struct filter *filter)
{
	struct error error;
	void *annotator = NULL;

	if (chosen->disassemble || chosen->source) {
		annotator = trace_print_annotator(reader,
						  (struct trace_annotation){.disassemble = chosen->disassemble,
									    .source = chosen->source,
									    .image = chosen->image,
									    .initrd = chosen->initrd,
									    .debug = chosen->debug},
						  &error);
		if (annotator == NULL)
			return trace_command_complain(error.text);
	}
	int status = print_with(reader, chosen, file, filter, annotator);
	if (annotator != NULL)
		trace_annotator->close(annotator);
	return status;
}

static int print(struct trace_reader *reader, const struct print_options *chosen, const char *file)
{
	struct filter *filter = NULL;
	struct error error;
	size_t column;

	if (chosen->filter != NULL) {
		filter = filter_new(chosen->filter, trace_reader_symbols(reader), &error, &column);
		if (filter == NULL)
			return complain_filter(chosen->filter, &error, column);
	}
	int status = print_filtered(reader, chosen, file, filter);
	filter_free(filter);
	return status;
}

int cmd_trace_print(int argc, char **argv)
{
	struct print_options chosen = {.limit = UINT64_MAX};
	char *text = describe();
	const struct trace_command command = {"print", options, "FILE", text, apply};
	const char *file;
	int status = trace_command_parse(&command, argc, argv, &chosen, &file);

	free(text);
	if (status >= 0)
		return status;
	if ((chosen.disassemble || chosen.source) && trace_annotator == NULL)
		return trace_print_run_symbolizer(argv);
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	status = print(reader, &chosen, file);
	trace_reader_close(reader);
	return status;
}

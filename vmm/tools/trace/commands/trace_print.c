/* SPDX-License-Identifier: MIT */
/* `vmm trace print`: prints a trace, one line a record, as text or as JSON. */
#include "tools/trace/commands/trace_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/executable.h"
#include "base/tty.h"
#include "ringside/device.h"
#include "text/text.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/filter/filter.h"
#include "tools/trace/print/print_json.h"
#include "tools/trace/read/code.h"

#define SYMBOLIZER "vmm-symbolizer"

enum { FOLLOW_INTERVAL_NS = 50000000 };

const struct trace_annotator *trace_annotator;

static struct {
	const char *filter; /* an expression; NULL = print all records */
	uint64_t limit;	    /* lines */
	bool follow, relative, durations, json;
	struct trace_annotation annotation; /* files that are NULL are those which the trace names */
} chosen = {.limit = UINT64_MAX};

static bool is_annotated(void)
{
	return chosen.annotation.disassemble || chosen.annotation.source;
}

/* ---- what ran, as the trace names it ---- */

/* The value of a key in the trace's environment, a copy; NULL when there is none. */
static char *environment_copy(const struct trace_reader *reader, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = trace_reader_environment(reader); *line != '\0';) {
		size_t size = strcspn(line, "\n");
		if (size > length && strncmp(line, key, length) == 0 && line[length] == '=')
			return strndup(line + length + 1, size - length - 1);
		line += size + (line[size] == '\n');
	}
	return NULL;
}

static void *open_annotator(const struct trace_reader *reader, struct error *error)
{
	char *image = environment_copy(reader, "image"), *initrd = environment_copy(reader, "initrd");
	struct trace_annotation wanted = chosen.annotation;
	void *context = NULL;

	wanted.image = wanted.image != NULL ? wanted.image : image;
	wanted.initrd = wanted.initrd != NULL ? wanted.initrd : initrd;
	wanted.symbols = trace_reader_symbols(reader);
	if (wanted.image != NULL)
		context = trace_annotator->open(&wanted, error);
	else
		error_set(error, "the trace does not name its image; give --image FILE");
	free(image);
	free(initrd);
	return context;
}

/* The programs' constants, when the image and the initrd are still those that ran; else NULL. */
static struct code *open_constants(const struct trace_reader *reader)
{
	char *image = environment_copy(reader, "image"), *initrd = environment_copy(reader, "initrd");
	const char *image_chosen = chosen.annotation.image, *initrd_chosen = chosen.annotation.initrd;
	struct code *code = NULL;
	struct error unused;

	if (image != NULL || image_chosen != NULL)
		code = code_open(image_chosen != NULL ? image_chosen : image,
				 initrd_chosen != NULL ? initrd_chosen : initrd, trace_reader_symbols(reader), &unused);
	free(image);
	free(initrd);
	return code;
}

/* ---- printing ---- */

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

static int print_records(struct trace_reader *reader, struct text_printer *printer, const char *file)
{
	struct error error;
	int more;

	if (!chosen.json)
		text_header(printer);
	while ((more = print_available(reader, printer, &error)) == 0 && chosen.follow && !text_full(printer) &&
	       !ferror(stdout) && trace_reader_resume(reader))
		wait_a_moment();
	text_end(printer);
	if (ferror(stdout))
		return output_finish();
	if (more < 0)
		return complain(error.text);
	return text_full(printer) ? RINGSIDE_STATUS_OK : trace_command_finish(reader, file);
}

/* `annotator` is the context of trace_annotator, or NULL. */
static int print_with(struct trace_reader *reader, const char *file, const struct filter *filter, void *annotator)
{
	const struct tty_style style = chosen.json ? TTY_FILE : tty_style(STDOUT_FILENO);
	struct text_printer *printer =
		text_new(stdout, trace_reader_clock(reader), trace_reader_symbols(reader), style);
	struct print_json json;

	if (printer == NULL)
		return complain("no memory to print with");
	text_choose(printer, filter_choice(filter));
	text_limit(printer, chosen.limit);
	text_set_times(printer, chosen.relative, chosen.durations);
	print_json_start(&json, stdout, chosen.relative, chosen.durations);
	if (chosen.json)
		text_set_writer(printer, print_json_writer(&json));
	if (annotator != NULL)
		text_set_extra(printer, (struct text_extra){trace_annotator->tell, annotator});
	struct code *constants = open_constants(reader);
	text_set_constants(printer, code_constants(constants));
	int status = print_records(reader, printer, file);
	text_free(printer);
	code_close(constants);
	return status;
}

static int print_annotated(struct trace_reader *reader, const char *file, const struct filter *filter)
{
	struct error error;
	void *annotator = is_annotated() ? open_annotator(reader, &error) : NULL;

	if (is_annotated() && annotator == NULL)
		return complain(error.text);
	int status = print_with(reader, file, filter, annotator);
	if (annotator != NULL)
		trace_annotator->close(annotator);
	return status;
}

static int run(struct trace_reader *reader, const char *file)
{
	struct filter *filter;
	int status = trace_command_filter(&trace_command_print, chosen.filter, reader, &filter);

	if (status == RINGSIDE_STATUS_OK)
		status = print_annotated(reader, file, filter);
	filter_free(filter);
	return status;
}

/* ---- words ---- */

/* Returns only when the executable that has an annotator cannot be executed, or is not needed. */
static int become_symbolizer(char **argv, struct error *error)
{
	char path[PATH_MAX];
	struct error missing;

	if (!is_annotated() || trace_annotator != NULL)
		return 0;
	if (executable_find(SYMBOLIZER, path, &missing) < 0)
		return error_set(error, "--disassemble and --source: %s", missing.text);
	execv(path, argv);
	return error_set(error,
			 "--disassemble and --source: cannot execute %s: %s; it needs Zydis and libdw, which "
			 "scripts/setup symbols gets",
			 path, strerror(errno));
}

enum { KEY_IMAGE = 0x100, KEY_INITRD, KEY_DEBUG, KEY_JSON };

static int take_option(int key, char *value, struct error *error)
{
	switch (key) {
	case 'f':
		chosen.filter = value;
		return 0;
	case 'n':
		return command_line_count("-n", value, 0, UINT64_MAX, &chosen.limit, error);
	case 'F':
		chosen.follow = true;
		return 0;
	case 'r':
		chosen.relative = true;
		return 0;
	case 'T':
		chosen.durations = true;
		return 0;
	case 'd':
		chosen.annotation.disassemble = true;
		return 0;
	case 's':
		chosen.annotation.source = true;
		return 0;
	case KEY_JSON:
		chosen.json = true;
		return 0;
	case KEY_IMAGE:
		chosen.annotation.image = value;
		return 0;
	case KEY_INITRD:
		chosen.annotation.initrd = value;
		return 0;
	default:
		chosen.annotation.debug = value;
		return 0;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"filter", 'f', "EXPRESSION", 0, "Print only the records that match: see below", 0},
	{"limit", 'n', "N", 0, "Stop after N lines", 0},
	{"follow", 'F', NULL, 0, "Wait for what is still being recorded", 0},
	{"relative", 'r', NULL, 0, "Show the time since the line before, not since the start", 0},
	{"durations", 'T', NULL, 0, "Add to each result how long the system call took, in seconds", 0},
	{"disassemble", 'd', NULL, 0, "Add the instruction that trapped", 0},
	{"source", 's', NULL, 0, "Add the source line, where there is debug information", 0},
	{"json", KEY_JSON, NULL, 0, "Print a JSON object a line, for programs, in place of text", 0},
	{"image", KEY_IMAGE, "FILE", 0, "The image that ran, to read its code; else the one that the trace names", 0},
	{"initrd", KEY_INITRD, "FILE", 0, "The initrd that ran, likewise", 0},
	{"symbols", KEY_DEBUG, "DIR", 0, "Where unstripped programs are; else guest/debug beside the image", 0},
	COMMAND_LINE_QUESTIONS,
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

static const struct command_line_row examples[] = {
	{"vmm trace print run.trace", "everything"},
	{"vmm trace print -f 'kind==syscall && pid==2' run.trace", "the system calls of process 2"},
	{"vmm trace print --disassemble -n 20 run.trace", "20 lines, with instructions"},
	{"vmm trace print --follow run.trace", "while it is being recorded"},
	{"vmm trace print --json -f 'kind==result && result<0' run.trace", "failed system calls, for jq"},
	{0},
};

const struct trace_command trace_command_print = {
	.line =
		{
			.name = "vmm trace print",
			.options = options,
			.words = "FILE",
			.documentation = documentation,
			.describe = filter_fields,
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.hand_over = become_symbolizer,
	.run = run,
};

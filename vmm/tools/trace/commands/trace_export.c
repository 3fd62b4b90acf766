/* SPDX-License-Identifier: MIT */
/*
 * `vmm trace export`: a trace in another tool's format. Shows progress, and says how it ended: status 0; 2 for usage;
 * 125 when the trace is refused or the output is not complete.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/export_target.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/export/export.h"

struct export_options {
	const char *file;
	const char *format;
	const char *output;
};

/* ---- the export ---- */

/* What there is to say of a trace of which everything has been exported that could be read. */
static int report(const struct trace_reader *reader, const struct export_options *options,
		  const struct export_result *result)
{
	const char *note = trace_reader_note(reader);

	if (result->disordered > 0)
		fprintf(stderr,
			"vmm: %s: damaged: %llu time stamps are out of order; they are shown at the time of the one "
			"before\n",
			options->file, (unsigned long long)result->disordered);
	if (result->damaged)
		return trace_command_complain(result->damage.text);
	if (note != NULL)
		fprintf(stderr, "vmm: %s %s\n", options->file, note);
	return RINGSIDE_STATUS_OK;
}

static int write_failed(const struct export_target *target, const struct error *error)
{
	if (target->output.failure == 0)
		return trace_command_complain(error->text);
	return trace_command_write_failed(target->path, target->output.failure);
}

static int export_to(struct trace_reader *reader, const struct export_options *options, struct export_target *target)
{
	struct export_result result;
	struct error error;

	if (export_target_open(target, options->file, &error) < 0) {
		export_target_close(target, -1, &error);
		return trace_command_complain(error.text);
	}
	progress_start();
	int status = export_trace(reader, target->exporter, &target->output, target->directory, progress_records,
				  &result, &error);
	progress_end();
	if (export_target_close(target, status, &error) < 0)
		return write_failed(target, &error);
	return report(reader, options, &result);
}

static int export_file(const struct export_options *options)
{
	struct export_target *target = calloc(1, sizeof(*target));
	struct trace_reader *reader = trace_command_open(options->file);
	int status = RINGSIDE_STATUS_REFUSED;

	if (target == NULL) {
		trace_command_complain("no memory to export with");
	} else if (reader != NULL) {
		target->path = options->output != NULL ? options->output : OUTPUT_FILE_STDOUT;
		target->exporter = exporter_find(options->format);
		status = export_to(reader, options, target);
	}
	trace_reader_close(reader);
	free(target);
	return status;
}

/* ---- words ---- */

enum { KEY_TO = 0x100, KEY_OUTPUT = 'o' };

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct export_options *options = input;
	const char **value = key == KEY_TO ? &options->format : &options->output;

	if (key != KEY_TO && key != KEY_OUTPUT)
		return ARGP_ERR_UNKNOWN;
	if (*value != NULL)
		*complaint = key == KEY_TO ? "one format at a time" : "one output at a time";
	else if (key == KEY_TO && exporter_find(word) == NULL)
		*complaint = "no such format";
	*value = word;
	return *complaint == NULL ? 0 : EINVAL;
}

/* clang-format off */
static const struct argp_option argp_options[] = {
	{"to", KEY_TO, "FORMAT", 0, "One of the formats below", 0},
	{"output", KEY_OUTPUT, "FILE", 0, "Where to (ctf: a directory); - is standard output, the default", 0},
	TRACE_HELP_OPTION,
	{0},
};
/* clang-format on */

/* The words of --help: behind the options, the formats there are. */
static void document(char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "Writes a trace in the format of another tool.\vFormats:\n");

	for (const struct exporter *const *exporter = exporters; *exporter != NULL && used < size; exporter++)
		used += (size_t)snprintf(text + used, size - used, "  %-10s %s\n", (*exporter)->name,
					 (*exporter)->description);
}

int cmd_trace_export(int argc, char **argv)
{
	char documentation[1024];
	const struct trace_command command = {"export", argp_options, "--to FORMAT FILE", documentation, apply};
	struct export_options options = {0};

	document(documentation, sizeof(documentation));
	int status = trace_command_parse(&command, argc, argv, &options, &options.file);
	if (status >= 0)
		return status;
	if (options.format == NULL) {
		fputs("vmm: trace export: no format given; see --help\n", stderr);
		return RINGSIDE_STATUS_USAGE;
	}
	return export_file(&options);
}

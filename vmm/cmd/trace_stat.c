/* SPDX-License-Identifier: MIT */
/* `vmm trace stat`: a trace added up. */
#include "cmd/commands.h"
#include "cmd/trace_command.h"
#include "ringside/device.h"
#include "trace/stat.h"

struct stat_options {
	bool json;
};

enum { KEY_JSON = 0x100 };

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct stat_options *options = input;

	(void)word, (void)complaint;
	if (key != KEY_JSON)
		return ARGP_ERR_UNKNOWN;
	options->json = true;
	return 0;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"json", KEY_JSON, NULL, 0, "Print one JSON object instead of tables", 0},
	TRACE_HELP_OPTION,
	{0},
};
static const struct trace_command command = {
	"stat", options, "FILE", "Counts the exits and transitions of a trace and how long they took.", apply,
};
/* clang-format on */

static int add_up(struct trace_reader *reader, const struct stat_options *chosen, const char *file)
{
	struct trace_stat stat;
	struct error error;
	union record record;
	int more;

	stat_init(&stat);
	while ((more = trace_reader_next(reader, &record, &error)) > 0)
		stat_record(&stat, &record);
	(chosen->json ? stat_print_json : stat_print)(&stat, trace_reader_clock(reader), stdout);
	return more < 0 ? trace_command_complain(error.text) : trace_command_finish(reader, file);
}

int cmd_trace_stat(int argc, char **argv)
{
	struct stat_options chosen = {0};
	const char *file;
	int status = trace_command_parse(&command, argc, argv, &chosen, &file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	status = add_up(reader, &chosen, file);
	trace_reader_close(reader);
	return status;
}

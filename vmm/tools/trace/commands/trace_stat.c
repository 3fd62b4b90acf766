/* SPDX-License-Identifier: MIT */
/* `vmm trace stat`: a trace added up. */
#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/stat/profile.h"

enum { KEY_JSON = 0x100, KEY_CSV };

struct stat_options {
	void (*print)(const struct profile *profile, const struct trace_clock *clock, FILE *out);
};

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct stat_options *chosen = input;

	(void)word, (void)complaint;
	switch (key) {
	case KEY_JSON:
		chosen->print = profile_print_json;
		return 0;
	case KEY_CSV:
		chosen->print = profile_print_csv;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"json", KEY_JSON, NULL, 0, "Print one JSON object instead of tables", 0},
	{"csv", KEY_CSV, NULL, 0, "Print one table of comma-separated values", 0},
	TRACE_HELP_OPTION,
	{0},
};
/* clang-format on */

static const struct trace_command command = {
	.name = "stat",
	.options = options,
	.words = "FILE",
	.documentation =
		"Counts the VM exits and transitions of a trace and how long they took.\v"
		"Of a VM exit: the guest's time before it, and the VMM's time for it. Of a trap (3 to 0 until 0 to 3): "
		"the guest's time in ring 0, and the VMM's time meanwhile; what other processes do meanwhile is "
		"theirs. "
		"Percentiles are off by 0.8 % at most.",
	.apply = apply,
};

static int add_up(struct trace_reader *reader, struct profile *profile, const struct stat_options *chosen,
		  const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = progress_next(reader, &record, &error)) > 0)
		profile_record(profile, &record);
	profile_end(profile);
	chosen->print(profile, trace_reader_clock(reader), stdout);
	if (profile->incomplete)
		fputs("vmm: there was no memory for some of the distributions\n", stderr);
	return more < 0 ? trace_command_complain(error.text) : trace_command_finish(reader, file);
}

int cmd_trace_stat(int argc, char **argv)
{
	struct stat_options chosen = {profile_print};
	const char *file;
	int status = trace_command_parse(&command, argc, argv, &chosen, &file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	struct profile *profile = profile_new(trace_reader_symbols(reader));
	status = profile != NULL ? add_up(reader, profile, &chosen, file)
				 : trace_command_complain("no memory to add up with");
	profile_free(profile);
	trace_reader_close(reader);
	return status;
}

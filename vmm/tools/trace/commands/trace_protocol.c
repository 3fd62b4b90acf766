/* SPDX-License-Identifier: MIT */
/* `vmm trace protocol`: the textbook's tables, written from what happened in a run. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/tty.h"
#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/protocol/protocol.h"

struct protocol_options {
	char *process; /* A, and what it is cut at: B; NULL = not given */
	char *other;
	int protocol; /* -1 = what the trace shows */
	bool json;
};

enum { KEY_JSON = 0x100, KEY_PROCESS, KEY_PROTOCOL };
enum { TITLE_SIZE = 200 };

static error_t apply_process(struct protocol_options *options, const char *word, const char **complaint)
{
	options->process = (char *)word; /* from argv, which is ours to cut */
	options->other = strchr(word, ',');
	if (options->other != NULL)
		*options->other++ = '\0';
	if (options->process[0] != '\0' && (options->other == NULL || options->other[0] != '\0'))
		return 0;
	*complaint = "a process is a pid or the name of a program";
	return EINVAL;
}

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct protocol_options *options = input;

	switch (key) {
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_PROCESS:
		return apply_process(options, word, complaint);
	case KEY_PROTOCOL:
		options->protocol = protocol_parse(word);
		*complaint = "a protocol is direct, limited or timer";
		return options->protocol >= 0 ? 0 : EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"process",  KEY_PROCESS,  "A[,B]", 0, "Whose story: pid or program; with B, how the timer gave B the CPU after A", 0},
	{"protocol", KEY_PROTOCOL, "NAME", 0, "direct, limited or timer, in place of what the trace shows", 0},
	{"json",     KEY_JSON,     NULL, 0, "Print one JSON object instead of tables", 0},
	TRACE_HELP_OPTION,
	{0},
};
static const struct trace_command command = {
	"protocol", options, "FILE",
	"Writes the textbook's table of (limited) direct execution from the events of a run."
	"\vSteps of the protocol that the trace does not have are shown as missing.", apply,
};
/* clang-format on */

/* What is to be told. */
struct story {
	const struct protocol_log *log;
	enum protocol protocol;
	int from, to; /* -1 = none */
};

static void name_process(const struct story *story, int index, char *name, size_t size)
{
	struct protocol_process process = protocol_process(story->log, (size_t)index);

	snprintf(name, size, "process %" PRIu32 "%s%s%s", process.pid, process.name[0] != '\0' ? " (" : "",
		 process.name, process.name[0] != '\0' ? ")" : "");
}

static bool put_table(struct protocol_table table, const char *title, struct protocol_style style)
{
	bool made = table.rows != NULL || table.count == 0;

	if (made)
		protocol_print(&table, title, style, stdout);
	protocol_table_free(&table);
	return made;
}

static bool put_tables(const struct story *story)
{
	struct protocol_style style = {.width = terminal_width(STDOUT_FILENO),
				       .colour = terminal_takes_colour(STDOUT_FILENO),
				       .protocol = story->protocol};
	char names[2][TITLE_SIZE / 3], title[TITLE_SIZE];

	if (story->protocol != PROTOCOL_DIRECT) {
		struct protocol_style boot = style;
		boot.boot = true;
		snprintf(title, sizeof(title), "%s: at boot", protocol_title(story->protocol));
		if (!put_table(protocol_boot(story->log, story->protocol), title, boot))
			return false;
		fputc('\n', stdout);
	}
	if (story->from < 0)
		return true;
	name_process(story, story->from, names[0], sizeof(names[0]));
	snprintf(title, sizeof(title), "%s: the life of %s", protocol_title(story->protocol), names[0]);
	if (!put_table(protocol_life(story->log, story->protocol, story->from), title, style))
		return false;
	if (story->to < 0)
		return true;
	name_process(story, story->to, names[1], sizeof(names[1]));
	snprintf(title, sizeof(title), "\nThe timer takes the CPU from %s and the OS gives it to %s", names[0],
		 names[1]);
	return put_table(protocol_switch(story->log, story->from, story->to), title, style);
}

static bool put_json(struct json_writer *json, const char *key, struct protocol_table table)
{
	bool made = table.rows != NULL || table.count == 0;

	json_next_line(json, 1);
	protocol_put_json(json, key, &table);
	protocol_table_free(&table);
	return made;
}

static void put_json_process(struct json_writer *json, const char *key, const struct story *story, int index)
{
	struct protocol_process process = protocol_process(story->log, (size_t)index);

	json_next_line(json, 1);
	json_begin_object(json, key);
	json_put_unsigned(json, "pid", process.pid);
	json_put_string(json, "name", process.name);
	json_end(json);
}

static bool put_all_json(const struct story *story)
{
	struct json_writer json;
	bool made = true;

	json_start(&json, stdout);
	json.html = true;
	json_begin_object(&json, NULL);
	json_put_string(&json, "protocol", protocol_name(story->protocol));
	if (story->from >= 0)
		put_json_process(&json, "process", story, story->from);
	if (story->to >= 0)
		put_json_process(&json, "other", story, story->to);
	made &= put_json(&json, "boot", protocol_boot(story->log, story->protocol));
	if (story->from >= 0)
		made &= put_json(&json, "life", protocol_life(story->log, story->protocol, story->from));
	if (story->to >= 0)
		made &= put_json(&json, "switch", protocol_switch(story->log, story->from, story->to));
	json_end(&json);
	fputc('\n', stdout);
	return made;
}

/* -1 when there is no such process, which has been said. */
static int find(const struct protocol_log *log, const char *word)
{
	struct error error;
	int index = protocol_find(log, word);

	if (index < 0) {
		error_set(&error, "the trace has no process %s", word);
		trace_command_complain(error.text);
	}
	return index;
}

static int choose(struct story *story, const struct protocol_options *chosen)
{
	story->protocol = chosen->protocol >= 0 ? (enum protocol)chosen->protocol : protocol_seen(story->log);
	story->to = -1;
	story->from = chosen->process != NULL ? find(story->log, chosen->process) : protocol_choose(story->log);
	if (story->from < 0 && chosen->process != NULL)
		return -1;
	if (chosen->other != NULL)
		return story->to = find(story->log, chosen->other);
	if (story->protocol == PROTOCOL_TIMER)
		story->to = protocol_partner(story->log, story->from);
	return 0;
}

static int tell(const struct protocol_log *log, const struct protocol_options *chosen)
{
	struct story story = {.log = log};

	if (!protocol_has_events(log))
		return trace_command_complain("the trace has no guest events to tell the protocol from");
	if (choose(&story, chosen) < 0)
		return RINGSIDE_STATUS_REFUSED;
	if (!(chosen->json ? put_all_json : put_tables)(&story))
		return trace_command_complain("no memory for the tables");
	return RINGSIDE_STATUS_OK;
}

static int read_and_tell(struct trace_reader *reader, struct protocol_log *log, const struct protocol_options *chosen,
			 const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = progress_next(reader, &record, &error)) > 0)
		protocol_record(log, &record);
	if (protocol_end(log) < 0)
		return trace_command_complain("no memory for the tables");
	int status = tell(log, chosen);
	if (more < 0)
		return trace_command_complain(error.text);
	return status != RINGSIDE_STATUS_OK ? status : trace_command_finish(reader, file);
}

int cmd_trace_protocol(int argc, char **argv)
{
	struct protocol_options chosen = {.protocol = -1};
	const char *file;
	int status = trace_command_parse(&command, argc, argv, &chosen, &file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	struct protocol_log *log = protocol_new(trace_reader_clock(reader), trace_reader_symbols(reader));
	status = log != NULL ? read_and_tell(reader, log, &chosen, file)
			     : trace_command_complain("no memory for the tables");
	protocol_free(log);
	trace_reader_close(reader);
	return status;
}

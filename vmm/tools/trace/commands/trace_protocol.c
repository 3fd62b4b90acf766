/* SPDX-License-Identifier: MIT */
/* `vmm trace protocol`: writes the textbook's tables from what happened in a run. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/tty.h"
#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/protocol/protocol.h"

static struct {
	char *process; /* A, and what it is cut at: B; NULL = not given */
	char *other;
	int protocol; /* -1 = what the trace shows */
	bool json, strict;
} chosen = {.protocol = -1};

/* "direct|limited|timer". The macro makes "|direct|limited|timer", so the first | is skipped. */
#define CHOICE(name, word, ...) "|" word
#define PROTOCOL_CHOICES (&PROTOCOLS(CHOICE)[1])

enum { KEY_JSON = 0x100, KEY_PROCESS, KEY_PROTOCOL, KEY_STRICT };
enum { TITLE_SIZE = 200 };

/* Which tables are to be written, and whose they are. */
struct story {
	const struct protocol_log *log;
	enum protocol protocol;
	int life;     /* index of the process whose life it is; -1 = nobody's */
	int from, to; /* of those of the switch; -1 = none */
};

static void name_process(const struct story *story, int index, char *name, size_t size)
{
	struct protocol_process process = protocol_process(story->log, (size_t)index);

	snprintf(name, size, "process %" PRIu32 "%s%s%s", process.pid, process.name[0] != '\0' ? " (" : "",
		 process.name, process.name[0] != '\0' ? ")" : "");
}

static bool put_table(struct protocol_table table, const char *title, enum protocol protocol, bool boot,
		      struct page *page)
{
	bool made = table.rows != NULL || table.count == 0;

	if (chosen.strict)
		protocol_table_strict(&table);
	if (made)
		protocol_print(&table, title, protocol, boot, page);
	protocol_table_free(&table);
	return made;
}

/* Instead of a table of what did not happen: between which processes it did. */
static bool put_other_switches(const struct protocol_log *log, const char *from, const char *to, struct page *page)
{
	char *pairs = NULL;
	size_t size;
	FILE *text = open_memstream(&pairs, &size);

	if (text == NULL)
		return false;
	protocol_list_switches(log, text);
	const bool made = fclose(text) == 0;
	if (made)
		page_print(page, 0, "\nThe timer never took the CPU from %s to give it to %s. It took it from: %s.",
			   from, to, pairs);
	free(pairs);
	return made;
}

static bool put_all_tables(const struct story *story, struct page *page)
{
	char names[2][TITLE_SIZE / 3], title[TITLE_SIZE];
	const enum protocol protocol = story->protocol;

	if (protocol != PROTOCOL_DIRECT) {
		snprintf(title, sizeof(title), "%s: at boot", protocol_title(protocol));
		if (!put_table(protocol_boot(story->log, protocol), title, protocol, true, page))
			return false;
	}
	if (story->life < 0)
		return true;
	name_process(story, story->life, names[0], sizeof(names[0]));
	snprintf(title, sizeof(title), "%s: the life of %s", protocol_title(protocol), names[0]);
	if (!put_table(protocol_life(story->log, protocol, story->life), title, protocol, false, page))
		return false;
	if (story->to < 0)
		return true;
	name_process(story, story->from, names[0], sizeof(names[0]));
	name_process(story, story->to, names[1], sizeof(names[1]));
	if (protocol_switches(story->log, story->from, story->to) == 0)
		return put_other_switches(story->log, names[0], names[1], page);
	snprintf(title, sizeof(title), "The timer takes the CPU from %s and the OS gives it to %s", names[0], names[1]);
	return put_table(protocol_switch(story->log, story->from, story->to), title, protocol, false, page);
}

static bool put_tables(const struct story *story)
{
	struct page page;

	page_start(&page, stdout, tty_style(STDOUT_FILENO));
	if (!put_all_tables(story, &page))
		return false;
	page_end(&page);
	return true;
}

static bool put_json(struct json_writer *json, const char *key, struct protocol_table table)
{
	bool made = table.rows != NULL || table.count == 0;

	if (chosen.strict)
		protocol_table_strict(&table);
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
	if (story->life >= 0)
		put_json_process(&json, "process", story, story->life);
	if (story->to >= 0) {
		put_json_process(&json, "from", story, story->from);
		put_json_process(&json, "to", story, story->to);
	}
	made &= put_json(&json, "boot", protocol_boot(story->log, story->protocol));
	if (story->life >= 0)
		made &= put_json(&json, "life", protocol_life(story->log, story->protocol, story->life));
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
		char offer[NEAREST_OFFER_SIZE];
		struct nearest nearest = nearest_start(word, strlen(word));

		for (size_t i = 0; i < protocol_count(log); i++) {
			const char *name = protocol_process(log, i).name;
			nearest_try(&nearest, name, strlen(name));
		}
		error_set(&error, "--process: the trace has no process %s%s; vmm trace stat lists them", word,
			  nearest_offer(&nearest, "", offer));
		complain(error.text);
	}
	return index;
}

static int choose(struct story *story)
{
	story->protocol = chosen.protocol >= 0 ? (enum protocol)chosen.protocol : protocol_seen(story->log);
	story->from = story->to = -1;
	story->life = chosen.process != NULL ? find(story->log, chosen.process) : protocol_choose(story->log);
	if (story->life < 0 && chosen.process != NULL)
		return -1;
	if (chosen.process != NULL)
		story->from = story->life;
	if (chosen.other != NULL)
		return story->to = find(story->log, chosen.other);
	if (story->protocol == PROTOCOL_TIMER && chosen.process != NULL)
		story->to = protocol_partner(story->log, story->from);
	else if (story->protocol == PROTOCOL_TIMER)
		protocol_choose_switch(story->log, &story->from, &story->to);
	return 0;
}

static int tell(const struct protocol_log *log)
{
	struct story story = {.log = log};

	if (!protocol_has_events(log))
		return complain("the trace has no guest events to tell the protocol from: it was recorded with "
				"--transitions=off, or "
				"of a guest that reports none");
	if (choose(&story) < 0)
		return RINGSIDE_STATUS_REFUSED;
	if (!(chosen.json ? put_all_json : put_tables)(&story))
		return complain("no memory for the tables");
	return RINGSIDE_STATUS_OK;
}

static int read_and_tell(struct trace_reader *reader, struct protocol_log *log, const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = trace_command_next(reader, &record, &error)) > 0)
		protocol_record(log, &record);
	if (protocol_end(log) < 0)
		return complain("no memory for the tables");
	/* Of a trace that cannot be read to its end, what is before that is told, if it is anything. */
	int status = more < 0 && !protocol_has_events(log) ? RINGSIDE_STATUS_REFUSED : tell(log);
	if (more < 0)
		return complain(error.text);
	return status != RINGSIDE_STATUS_OK ? status : trace_command_finish(reader, file);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct protocol_log *log = protocol_new(trace_reader_header(reader), trace_reader_symbols(reader));
	int status = log != NULL ? read_and_tell(reader, log, file) : complain("no memory for the tables");

	protocol_free(log);
	return status;
}

/* ---- words ---- */

static int take_process(char *value, struct error *error)
{
	char *comma = strchr(value, ',');

	if (*value == '\0' || *value == ',' || (comma != NULL && comma[1] == '\0'))
		return error_set(error,
				 "--process '%s': a process is a pid or the name of a program: --process 2, or "
				 "--process sieve,queens",
				 value);
	chosen.process = value; /* argv may be written to, so it is cut here */
	chosen.other = comma != NULL ? comma + 1 : NULL;
	if (comma != NULL)
		*comma = '\0';
	return 0;
}

static int take_option(int key, char *value, struct error *error)
{
	switch (key) {
	case KEY_PROCESS:
		return take_process(value, error);
	case KEY_PROTOCOL:
		chosen.protocol = command_line_choose("--protocol", PROTOCOL_CHOICES, value, error);
		return chosen.protocol < 0 ? -1 : 0;
	case KEY_STRICT:
		chosen.strict = true;
		return 0;
	default:
		chosen.json = true;
		return 0;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"process",  KEY_PROCESS,  "A[,B]", 0, "Whose story: pid or program; with B, how the timer gave B the CPU after A", 0},
	{"protocol", KEY_PROTOCOL, PROTOCOL_CHOICES, 0, "Which protocol, in place of what the trace shows", 0},
	{"strict",   KEY_STRICT,   NULL, 0, "Only the textbook's rows, without what else happened", 0},
	{"json",     KEY_JSON,     NULL, 0, "Print one JSON object instead of tables", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace protocol run.trace", "the tables of the process, and of the switch, that show most"},
	{"vmm trace protocol --process sieve,queens run.trace", "how the timer took the CPU from one for the other"},
	{0},
};

const struct trace_command trace_command_protocol = {
	.line =
		{
			.name = "vmm trace protocol",
			.options = options,
			.words = "FILE",
			.documentation =
				"Writes the textbook's table of (limited) direct execution from the events of a run."
				"\vThe textbook's rows are in its order, each once. What else happened is marked by +, "
				"and what the VMM did has a column of its own; --strict leaves both out. Rows of which "
				"the trace does not tell are shown as missing. If the "
				"timer never took the CPU from A to give it to B, one line in place of that table "
				"tells between which processes it did; the status is 0.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.run = run,
};

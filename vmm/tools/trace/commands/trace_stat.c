/* SPDX-License-Identifier: MIT */
/* `vmm trace stat`: adds up what a trace holds. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"
#include "base/units.h"
#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/stat/call_print.h"
#include "tools/trace/stat/profile.h"

#define TERMINAL_HOME "\x1b[H"
#define TERMINAL_CLEAR_LINE "\x1b[K"
#define TERMINAL_CLEAR_BELOW "\x1b[J"

enum { KEY_JSON = 0x100, KEY_CSV, KEY_FROM, KEY_UNTIL, KEY_SORT };
enum { FOLLOW_INTERVAL_NS = 50000000 };

static void print_on_page(const struct profile *profile, const struct trace_clock *clock, FILE *out,
			  void (*print)(const struct profile *profile, const struct trace_clock *clock,
					struct page *page))
{
	struct page page;

	page_start(&page, out, tty_style(STDOUT_FILENO));
	print(profile, clock, &page);
	page_end(&page);
}

static void print_tables(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	print_on_page(profile, clock, out, profile_print);
}

static void print_calls(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	print_on_page(profile, clock, out, calls_print);
}

static struct {
	void (*print)(const struct profile *profile, const struct trace_clock *clock, FILE *out);
	struct profile_choice what;
	bool is_sorted, follow;
} chosen = {.print = print_tables, .what.until = UINT64_MAX};

static int take_time(const char *option, const char *value, uint64_t *ns, struct error *error)
{
	struct error why;

	return filter_time(value, ns, &why) == 0 ? 0 : error_set(error, "%s: %s", option, why.text);
}

static int take_sort(const char *value, struct error *error)
{
#define CHOICE(key, word) "|" word
	const int sort = command_line_choose("--sort", &PROFILE_SORTS(CHOICE)[1], value, error);
#undef CHOICE

	if (sort < 0)
		return -1;
	chosen.what.sort = (enum profile_sort)sort;
	chosen.is_sorted = true;
	return 0;
}

static int take_option(int key, char *value, struct error *error)
{
	switch (key) {
	case KEY_JSON:
		chosen.print = profile_print_json;
		return 0;
	case KEY_CSV:
		chosen.print = profile_print_csv;
		return 0;
	case 'c':
		chosen.print = print_calls;
		return 0;
	case 'F':
		chosen.follow = true;
		return 0;
	case 'f':
		chosen.what.expression = value;
		return 0;
	case KEY_FROM:
		return take_time("--from", value, &chosen.what.from, error);
	case KEY_UNTIL:
		return take_time("--until", value, &chosen.what.until, error);
	default:
		return take_sort(value, error);
	}
}

static int check(struct error *error)
{
	if (chosen.what.from >= chosen.what.until)
		return error_set(error, "--until must be later than --from");
	if (chosen.print == print_calls && !chosen.is_sorted)
		chosen.what.sort = SORT_TIME; /* as strace -c does */
	return 0;
}

/* ---- while it is being recorded ---- */

static volatile sig_atomic_t is_stopped; /* by ^C */

static void stop(int signal)
{
	(void)signal;
	is_stopped = 1;
}

/* Prints as many lines of `text` over the terminal's as it has room for. */
static void overwrite(const char *text)
{
	struct winsize size = {0};
	unsigned left = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row - 1U : UINT_MAX;

	fputs(TERMINAL_HOME, stdout);
	for (; *text != '\0' && left > 0; left--) {
		const size_t length = strcspn(text, "\n");

		printf("%.*s" TERMINAL_CLEAR_LINE "\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	fputs(TERMINAL_CLEAR_BELOW, stdout);
	fflush(stdout);
}

/* Shows the tables as they are now. */
static void show(const struct profile *profile, const struct trace_reader *reader)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return;
	chosen.print(profile, trace_reader_clock(reader), out);
	if (fclose(out) == 0)
		overwrite(text);
	free(text);
}

/* Adds up what there is. Returns what trace_reader_batch() returned last. */
static int add_available(struct trace_reader *reader, struct profile *profile, struct error *error)
{
	const union record *records;
	int more = 0;

	while (!is_stopped &&
	       (more = (chosen.follow ? trace_reader_batch : trace_command_batch)(reader, &records, error)) > 0)
		profile_records(profile, records, (size_t)more);
	return more;
}

static int follow(struct trace_reader *reader, struct profile *profile, struct error *error)
{
	const bool is_shown =
		tty_redraws(STDOUT_FILENO) && (chosen.print == print_tables || chosen.print == print_calls);
	const struct sigaction action = {.sa_handler = stop};
	const struct timespec moment = {.tv_nsec = FOLLOW_INTERVAL_NS};
	uint64_t shown = 0;
	int more;

	sigaction(SIGINT, &action, NULL);
	while ((more = add_available(reader, profile, error)) == 0 && !is_stopped && trace_reader_resume(reader)) {
		const uint64_t now = clock_ns(CLOCK_MONOTONIC);

		if (is_shown && now - shown >= NS_PER_SECOND) {
			show(profile, reader);
			shown = now;
		}
		nanosleep(&moment, NULL);
	}
	if (shown != 0)
		fputs(TERMINAL_HOME TERMINAL_CLEAR_BELOW, stdout);
	profile_close(profile, trace_reader_header(reader));
	return more;
}

static int add_up(struct trace_reader *reader, struct profile *profile, const char *file)
{
	struct error error;
	const int more = (chosen.follow ? follow : add_available)(reader, profile, &error);

	profile_end(profile);
	chosen.print(profile, trace_reader_clock(reader), stdout);
	if (profile->incomplete)
		fputs("vmm: there was no memory for some of the distributions\n", stderr);
	return more < 0 ? complain(error.text) : trace_command_finish(reader, file);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct filter *filter;
	int status = trace_command_filter(&trace_command_stat, chosen.what.expression, reader, &filter);
	struct profile *profile;

	if (status != RINGSIDE_STATUS_OK)
		return status;
	chosen.what.filter = filter;
	profile = profile_new(trace_reader_symbols(reader), trace_reader_header(reader));
	if (profile != NULL) {
		profile_choose(profile, &chosen.what);
		profile->counters = trace_reader_counters(reader, &profile->counter_count);
		status = add_up(reader, profile, file);
	} else {
		status = complain("no memory to add up with");
	}
	profile_free(profile);
	filter_free(filter);
	return status;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"calls", 'c', NULL, 0, "Print the system calls of each process and their errors instead, as strace -c does", 0},
	{"filter", 'f', "EXPRESSION", 0, "Count only the records that match, in the language of vmm trace print", 0},
	{"follow", 'F', NULL, 0, "Wait for what is still being recorded; at a terminal, show the tables each second. ^C ends it", 0},
	{"from", KEY_FROM, "TIME", 0, "Begin so long after the start of the run: 10ms, 1.5s, 300us", 0},
	{"until", KEY_UNTIL, "TIME", 0, "End there", 0},
	{"sort", KEY_SORT, "KEY", 0, "Sort by samples (else), time (else with -c), mean, max, errors or name", 0},
	{"json", KEY_JSON, NULL, 0, "Print one JSON object instead of tables", 0},
	{"csv", KEY_CSV, NULL, 0, "Print one table of comma-separated values", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace stat run.trace", "tables"},
	{"vmm trace stat -c run.trace", "system calls by process, and their errors"},
	{"vmm trace stat --from 10ms --until 20ms run.trace", "ten milliseconds of the run"},
	{"vmm trace stat -f 'pid==2' --sort time run.trace", "process 2, what took longest first"},
	{"vmm trace stat --follow run.trace", "while it is being recorded"},
	{"vmm trace stat --json run.trace", "the same for a program"},
	{0},
};

const struct trace_command trace_command_stat = {
	.line =
		{
			.name = "vmm trace stat",
			.options = options,
			.words = "FILE",
			.documentation =
				"Counts the VM exits and transitions of a trace and how long they took.\v"
				"Of a VM exit: the guest's time before it, and the VMM's time for it. Of a "
				"trap (3 to 0 until 0 to 3): its own time in ring 0, the VMM's meanwhile, and "
				"what elapsed until the return, with all that others did. The time of the run "
				"is given out once, to guest, VMM, host, and to nobody while the guest is idle. "
				"Percentiles are off by 0.8 % at most.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.check = check,
	.run = run,
};

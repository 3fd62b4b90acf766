/* SPDX-License-Identifier: MIT */
/* `vmm trace diff`: what two runs have in common, and where they part. Status as of diff(1). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/layout.h"
#include "ringside/device.h"
#include "text/text.h"
#include "tools/output/complain.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/commands/trace_pair.h"
#include "tools/trace/diff/diff.h"

enum { STATUS_DIFFERENT = 1 };
enum { LINES_BEFORE = 4, LINES_AFTER = 3 }; /* records around a place that are shown */

static struct {
	const char *other; /* the second trace */
	bool brief, times;
} chosen;

/* A part of a trace that is shown: the records from `from` to, without it, `to`, and a mark before one of them. */
struct window {
	uint64_t from, marked, to;
	bool ended; /* there is nothing to mark: the trace has ended */
	union record record;
	struct page *page;
};

/* ---- reading ---- */

static int read_first(struct trace_pair *pair, struct diff *diff, unsigned side, struct error *error)
{
	union record record;
	int more;

	while ((more = trace_command_next(pair->readers[side], &record, error)) > 0)
		diff_record(diff, side, &record);
	return more;
}

/* ---- what was run ---- */

static void put_value(struct layout *line, const struct environment_pair *pair)
{
	for (size_t i = 0; i < pair->value_length; i++) {
		const unsigned char c = (unsigned char)pair->value[i];
		layout_bytes(line, c < ' ' || c > '~' ? "?" : (const char *)&c, 1);
	}
}

static void print_key(void *context, const struct environment_pair *key,
		      const struct environment_pair *const values[DIFF_SIDES])
{
	struct page *page = context;
	struct layout line;

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		page_begin(page, &line);
		for (size_t i = 0; side == DIFF_A && i < key->key_length; i++)
			layout_bytes(&line, key->key[i] < ' ' || key->key[i] > '~' ? "?" : &key->key[i], 1);
		layout_to(&line, 16);
		layout_text(&line, side == DIFF_A ? " A  " : " B  ");
		if (values[side] != NULL)
			put_value(&line, values[side]);
		page_put(page, &line);
	}
}

/* ---- the records around a place ---- */

static struct window window_of(const struct diff *diff, const struct diff_place *place, unsigned side,
			       struct page *page)
{
	const uint64_t end = diff_side(diff, side)->records;
	const uint64_t at = place->ended ? end : place->record;

	return (struct window){
		.from = at > LINES_BEFORE ? at - LINES_BEFORE : 0,
		.marked = at,
		.to = end - at > LINES_AFTER ? at + LINES_AFTER + 1 : end,
		.ended = place->ended,
		.record = place->what,
		.page = page,
	};
}

/* The printer asks this before each line: the place to put the mark. */
static bool put_mark(const void *context, const struct text_moment *moment)
{
	const struct window *window = context;
	const bool marked = !window->ended && memcmp(moment->record, &window->record, sizeof(window->record)) == 0;

	fputs(marked ? "> " : "  ", window->page->out);
	return true;
}

static int print_window(struct trace_pair *pair, unsigned side, const struct window *window, struct error *error)
{
	struct tty_style style = window->page->style;
	struct text_printer *printer;
	union record record = {0};
	int more = 1;

	style.width -= style.width > 2 ? 2 : 0;
	if (trace_pair_reopen(pair, side, error) < 0)
		return -1;
	printer = text_new(window->page->out, trace_reader_clock(pair->again[side]),
			   trace_reader_symbols(pair->again[side]), style);
	if (printer == NULL)
		return error_set(error, "no memory to print with");
	fputs("  ", window->page->out);
	text_header(printer);
	text_choose(printer, (struct text_choice){put_mark, window});
	/* The line of an exit needs the entry after it, which the next exit tells. */
	for (uint64_t i = 0; more > 0 && (i < window->to || record_is_event(&record)); i++) {
		more = trace_reader_next(pair->again[side], &record, error);
		if (more > 0)
			(i < window->from || i >= window->to ? text_skip : text_record)(printer, &record);
	}
	text_flush(printer);
	text_free(printer);
	return more < 0 ? -1 : 0;
}

static int print_parting(struct trace_pair *pair, const struct diff *diff, const struct diff_parting *parting,
			 struct page *page, struct error *error)
{
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		const struct window window = window_of(diff, &parting->at[side], side, page);
		page_print(page, 0, "\n%c, %s%s:", side == DIFF_A ? 'A' : 'B', pair->files[side],
			   window.ended ? ", which has no more of them" : "");
		if (print_window(pair, side, &window, error) < 0)
			return -1;
	}
	return 0;
}

/* ---- what there is to say ---- */

static bool is_same_place(const struct diff_place *a, const struct diff_place *b)
{
	return a->ended == b->ended && (a->ended || a->record == b->record);
}

static int print_decision(struct trace_pair *pair, const struct diff *diff, const struct diff_parting *first,
			  struct page *page, struct error *error)
{
	const struct diff_parting *decision = diff_parting(diff, DIFF_DECISIONS, 0);
	char a[200], b[200];

	if (decision == NULL) {
		if (diff_side(diff, DIFF_A)->lines[DIFF_DECISIONS].count > 0)
			page_print(page, 0, "\nThe scheduler made the same decisions, %" PRIu64 " of them.",
				   diff_side(diff, DIFF_A)->lines[DIFF_DECISIONS].count);
		return 0;
	}
	diff_name_choice(diff, decision, DIFF_A, a, sizeof(a));
	diff_name_choice(diff, decision, DIFF_B, b, sizeof(b));
	page_print(page, 0, "\nThe first decision of the scheduler that differs is number %" PRIu64 ": %s, %s.",
		   decision->index + 1, a, b);
	if (is_same_place(&decision->at[DIFF_A], &first->at[DIFF_A]) &&
	    is_same_place(&decision->at[DIFF_B], &first->at[DIFF_B]))
		return 0;
	return print_parting(pair, diff, decision, page, error);
}

static int print_difference(struct trace_pair *pair, struct diff *diff, struct page *page, struct error *error)
{
	const bool events = !diff_same(diff, DIFF_EVENTS);
	const struct diff_parting *first = diff_parting(diff, events ? DIFF_EVENTS : DIFF_RECORDS, 0);

	if (trace_pair_find(pair, diff, error) < 0)
		return -1;
	page_print(page, 0, "different");
	trace_pair_environments(pair, print_key, page);
	if (first != NULL) {
		page_print(page, 0, "\n%s is number %" PRIu64 " of the run.",
			   events ? "The first transition in which they part"
				  : "The transitions are the same; the first record that differs, a VM exit,",
			   first->index + 1);
		if (print_parting(pair, diff, first, page, error) < 0 ||
		    print_decision(pair, diff, first, page, error) < 0)
			return -1;
	}
	fputc('\n', page->out);
	diff_print(diff, page);
	return 0;
}

/* Returns the exit status, or -1 with a line in *error. */
static int tell(struct trace_pair *pair, struct diff *diff, struct error *error)
{
	const bool same = diff_same(diff, DIFF_RECORDS), same_times = diff_same(diff, DIFF_TIMES);
	struct page page;

	page_start(&page, stdout, tty_style(STDOUT_FILENO));
	if (same && (same_times || !chosen.times)) {
		page_print(&page, 0, same_times ? "identical" : "identical but for the times");
		return RINGSIDE_STATUS_OK;
	}
	if (chosen.brief || same) {
		page_print(&page, 0, same ? "different in their times alone" : "different");
		return STATUS_DIFFERENT;
	}
	if (print_difference(pair, diff, &page, error) < 0)
		return -1;
	page_end(&page);
	return STATUS_DIFFERENT;
}

/* Reads both traces, and compares. Returns the exit status, or -1 with a line in *error. */
static int compare(struct trace_pair *pair, struct diff *diff, struct error *error)
{
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (read_first(pair, diff, side, error) < 0)
			return -1;
	if (diff_end(diff) < 0)
		return error_set(error, "no memory to compare with");
	const int result = tell(pair, diff, error);
	if (result < 0)
		return -1;
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		const int status = trace_command_finish(pair->readers[side], pair->files[side]);
		if (status != RINGSIDE_STATUS_OK)
			return status;
	}
	return result;
}

static int run_pair(struct trace_pair *pair)
{
	const struct trace_clock *clocks[DIFF_SIDES];
	const struct symbols *symbols[DIFF_SIDES];
	struct error error;
	int status = -1;

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		clocks[side] = trace_reader_clock(pair->readers[side]);
		symbols[side] = trace_reader_symbols(pair->readers[side]);
	}
	struct diff *diff = diff_new(clocks, symbols);
	if (diff == NULL)
		error_set(&error, "no memory to compare with");
	else
		status = compare(pair, diff, &error);
	diff_free(diff);
	return status >= 0 ? status : complain(error.text);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct trace_pair pair = {.files = {file, chosen.other}, .readers = {reader}};
	struct error error;
	int status = trace_pair_open(&pair, &error) < 0 ? complain(error.text) : run_pair(&pair);

	trace_pair_close(&pair);
	return status;
}

/* ---- words ---- */

static int take_option(int key, char *value, struct error *error)
{
	(void)value, (void)error;
	if (key == 'q')
		chosen.brief = true;
	else
		chosen.times = true;
	return 0;
}

static int take_other(char *word, struct error *error)
{
	if (chosen.other != NULL)
		return error_set(error, "unexpected word '%s': two traces are compared", word);
	chosen.other = word;
	return 0;
}

static int check(struct error *error)
{
	return chosen.other != NULL ? 0 : error_set(error, "two traces are compared: vmm trace diff A B");
}

/* clang-format off */
static const struct argp_option options[] = {
	{"brief", 'q', NULL, 0, "Say only whether they differ", 0},
	{"times", 't', NULL, 0, "Traces that differ in their times alone are different too", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row statuses[] = {
	{"0", "they are the same"},
	{"1", "they differ"},
	COMMAND_LINE_STATUS_USAGE,
	{"125", "a trace is refused, or the output cannot be written"},
	{0},
};

static const struct command_line_row examples[] = {
	{"vmm trace diff rr.trace mlfq.trace", "two policies: the first decision that differs"},
	{"vmm trace diff direct.trace limited.trace", "two protocols side by side"},
	{"vmm trace diff -q one.trace two.trace", "identical, or different"},
	{0},
};

const struct trace_command trace_command_diff = {
	.line =
		{
			.name = "vmm trace diff",
			.options = options,
			.words = "A B",
			.documentation =
				"Compares two traces: the first transition in which they part, the first decision of "
				"the scheduler that differs, what each process did itself, counts, and times.\v"
				"Records are compared by their order, not by their times. What a process did itself "
				"are its system calls and their results, its exceptions, its birth and its end, but "
				"not when it was interrupted and by whom it was followed.\n"
				"Of times the medians are compared. The interval is that of their ratio, from an "
				"interval of 95 % of each median; where it holds 1, or where there are fewer than 6 "
				"samples, what is seen cannot be told from chance. How runs of the same differ from "
				"each other, two traces cannot tell: vmm bench compare can.",
			.statuses = statuses,
			.examples = examples,
		},
	.option = take_option,
	.word = take_other,
	.check = check,
	.run = run,
};

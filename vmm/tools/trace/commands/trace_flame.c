/* SPDX-License-Identifier: MIT */
/* `vmm trace flame`: a flame graph of where the guest was at its VM exits. */
#include <stdio.h>

#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/flame/flame.h"

enum { KEY_FOLDED = 0x100, KEY_WEIGHT };

static struct {
	const char *output; /* NULL = flame.svg, or standard output */
	bool folded;
	enum flame_weight weight;
} chosen;

static int take_option(int key, char *value, struct error *error)
{
	int weight;

	switch (key) {
	case 'o':
		chosen.output = value;
		return 0;
	case KEY_FOLDED:
		chosen.folded = true;
		return 0;
	default:
#define CHOICE(weight, name, words) "|" name
		weight = command_line_choose("--weight", &FLAME_WEIGHTS(CHOICE)[1], value, error);
#undef CHOICE
		chosen.weight = weight < 0 ? chosen.weight : (enum flame_weight)weight;
		return weight < 0 ? -1 : 0;
	}
}

static int print(void *flame, FILE *out, struct error *error)
{
	(void)error;
	(chosen.folded ? flame_print_folded : flame_print_svg)(flame, chosen.weight, out);
	return 0;
}

static int read_and_print(struct trace_reader *reader, struct flame *flame, const char *file)
{
	const char *otherwise = chosen.folded ? OUTPUT_FILE_STDOUT : "flame.svg";
	struct error error;
	const union record *records;
	int more;

	while ((more = trace_command_batch(reader, &records, &error)) > 0)
		for (int i = 0; i < more; i++)
			flame_record(flame, &records[i]);
	flame_end(flame);
	int status = output_file_print(chosen.output != NULL ? chosen.output : otherwise, file, print, flame);
	if (status != 0)
		return status;
	return more < 0 ? complain(error.text) : trace_command_finish(reader, file);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct flame *flame = flame_new(trace_reader_clock(reader), trace_reader_symbols(reader));
	int status = flame != NULL ? read_and_print(reader, flame, file) : complain("no memory for the flame graph");

	flame_free(flame);
	return status;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "The picture to write (flame.svg); - is standard output", 0},
	{"folded", KEY_FOLDED, NULL, 0, "Print folded stacks instead, a line each, for flamegraph.pl and its like", 0},
	{"weight", KEY_WEIGHT, "time|exits", 0, "What an exit counts for: the guest's time since the entry before (time), or one", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace flame -o run.svg run.trace", "a picture to open in a browser"},
	{"vmm trace flame --folded run.trace", "stacks for other tools"},
	{0},
};

const struct trace_command trace_command_flame = {
	.line =
		{
			.name = "vmm trace flame",
			.options = options,
			.words = "FILE",
			.documentation =
				"Draws a flame graph of where the guest was at its VM exits.\v"
				"A stack is process, ring and function: a record has no call stack. Samples are where "
				"exits are, not at regular intervals, so that code that does I/O has more of them than "
				"its "
				"time; by weight=time each counts for the time that the guest had run before it.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.run = run,
};

/* SPDX-License-Identifier: MIT */
/*
 * Makes the corpus of fuzz_trace: `excerpts TRACE PREFIX` writes small traces PREFIX0, PREFIX1, ... with the records
 * around the first record of each kind, alternately with symbols and without. Small files let the fuzzer run more
 * inputs. Called by tests/fuzz/run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "record/trace_writer.h"
#include "tools/trace/read/trace_reader.h"

enum { WINDOW = 32, KINDS = 256 };

struct excerpt {
	const struct trace_reader *source;
	const char *prefix;
	unsigned made;
	struct trace_writer writer;
	unsigned left; /* records still to be written to the open trace; 0: none is open */
};

static void die(const char *why)
{
	fprintf(stderr, "excerpts: %s\n", why);
	exit(1);
}

static void begin(struct excerpt *excerpt)
{
	static char path[4096]; /* outlives the writer */
	const bool all = excerpt->made % 2 == 0;
	struct error error;

	snprintf(path, sizeof(path), "%s%u", excerpt->prefix, excerpt->made++);
	if (trace_writer_open(&excerpt->writer, path, trace_reader_clock(excerpt->source),
			      all ? trace_reader_environment(excerpt->source) : NULL,
			      all ? trace_reader_symbols(excerpt->source) : NULL, &error) < 0)
		die(error.text);
	excerpt->left = WINDOW;
}

static void end(struct excerpt *excerpt)
{
	struct error error;

	if (trace_writer_close(&excerpt->writer, trace_reader_clock(excerpt->source)->tsc_end, &error) < 0)
		die(error.text);
	excerpt->left = 0;
}

int main(int argc, char **argv)
{
	struct excerpt excerpt = {0};
	bool seen[KINDS] = {false};
	union record record;
	struct error error;
	int more;

	if (argc != 3)
		die("usage: excerpts TRACE PREFIX");
	struct trace_reader *reader = trace_reader_open(argv[1], &error);
	if (reader == NULL)
		die(error.text);
	excerpt.source = reader;
	excerpt.prefix = argv[2];
	while ((more = trace_reader_next(reader, &record, &error)) > 0) {
		if (excerpt.left == 0 && !seen[record.exit.kind])
			begin(&excerpt);
		seen[record.exit.kind] = true;
		if (excerpt.left == 0)
			continue;
		trace_writer_append(&excerpt.writer, &record);
		if (excerpt.left == 1)
			end(&excerpt);
		else
			excerpt.left--;
	}
	if (more < 0)
		die(error.text);
	if (excerpt.left > 0)
		end(&excerpt);
	trace_reader_close(reader);
	return 0;
}

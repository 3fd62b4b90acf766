/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the command line of `vmm run`: the input's lines are the words. What is refused has a reason of one line; what
 * is accepted is within the limits that the options promise. Run by tests/fuzz/run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/guest_memory.h"
#include "ringside/device.h"
#include "run/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 32 };

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_options(struct run_options *options)
{
	struct error error;

	check(options->image != NULL && options->command_line != NULL);
	check(memory_check_size(options->memory, &error) == 0);
	check(options->timeout >= 0);
	run_options_free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run_options options = {0};
	struct error error = {""};
	char *text = calloc(size + 1, 1), *rest = text, *word, *words[WORDS_MAX + 2] = {"vmm"};
	int count = 1;

	check(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	while (count <= WORDS_MAX && (word = strsep(&rest, "\n")) != NULL)
		/* Words that ask for help are left out; no other word may be answered by help. */
		if (strstr(word, "--h") == NULL && strstr(word, "--u") == NULL && strstr(word, "--v") == NULL &&
		    strchr(word, '?') == NULL)
			words[count++] = word;
	const int status = run_options_parse(&options, count, words, &error);
	if (status == 0)
		check_options(&options);
	else
		check((status == RINGSIDE_STATUS_USAGE || status == RINGSIDE_STATUS_REFUSED) && error.text[0] != '\0' &&
		      strchr(error.text, '\n') == NULL);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: MIT */
#include "tools/output/complain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/output/output_file.h"

int complain(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "vmm: %s\n", text);
	return RINGSIDE_STATUS_REFUSED;
}

int complain_of_words(const struct command_line *line, int status, const struct error *error)
{
	if (status == COMMAND_LINE_ANSWERED)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: %s: %s\n", line->name + strlen("vmm "), error->text);
	return status;
}

void output_expect_failure(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int complain_of_output(const char *path, int failure)
{
	const bool is_standard = output_file_is_stdout(path);

	if (is_standard && failure == EPIPE)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: cannot write %s: %s\n", is_standard ? "to standard output" : path, strerror(failure));
	return RINGSIDE_STATUS_REFUSED;
}

int output_finish(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return complain_of_output(OUTPUT_FILE_STDOUT, errno);
	return RINGSIDE_STATUS_OK;
}

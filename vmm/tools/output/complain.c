/* SPDX-License-Identifier: MIT */
#include "tools/output/complain.h"

#include <stdio.h>
#include <string.h>

#include "ringside/device.h"

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

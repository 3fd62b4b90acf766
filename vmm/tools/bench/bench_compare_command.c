/* SPDX-License-Identifier: MIT */
/* `vmm bench compare`: whether B is better or worse than A, row by row. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/bench/compare.h"
#include "tools/commands.h"

#define MARGIN_DEFAULT 5.0
#define PERCENT_MAX 1e6

enum { STATUS_REGRESSION = 1, KEY_FAIL = 0x100, KEY_MARGIN, KEY_HELP };

static const struct option option_table[] = {
	{"fail-on-regression", required_argument, NULL, KEY_FAIL},
	{"margin", required_argument, NULL, KEY_MARGIN},
	{"help", no_argument, NULL, KEY_HELP},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"Usage: vmm bench compare [OPTION...] A.json B.json\n"
	"Says of each row that both files have whether B is better, worse, or cannot be told from A.\n\n"
	"      --fail-on-regression PERCENT  Status 1 if a row is certainly worse by more than PERCENT\n"
	"      --margin PERCENT              Do not judge smaller differences (5): where code and data come to\n"
	"                                    lie differs from run to run, and no number of samples shows it\n"
	"      --help                        Give this help list\n";

static int complain(int status, const char *what, const char *word)
{
	fprintf(stderr, "vmm bench compare: %s%s%s\n", what, word,
		status == RINGSIDE_STATUS_USAGE ? "; see --help" : "");
	return status;
}

static int take_percent(const char *text, double *percent)
{
	char *end;

	*percent = strtod(text, &end);
	if (*text == '\0' || *end != '\0' || !(*percent >= 0 && *percent <= PERCENT_MAX))
		return complain(RINGSIDE_STATUS_USAGE, "a percentage is a number from 0 on, not ", text);
	return 0;
}

int cmd_bench_compare(int argc, char **argv)
{
	double margin = MARGIN_DEFAULT, limit = PERCENT_MAX;
	struct comparison comparison;
	struct error error;
	int key, status = 0;

	opterr = 0;
	while (status == 0 && (key = getopt_long(argc, argv, ":", option_table, NULL)) != -1) {
		if (key == KEY_FAIL)
			status = take_percent(optarg, &limit);
		else if (key == KEY_MARGIN)
			status = take_percent(optarg, &margin);
		else if (key == KEY_HELP)
			return fputs(help, stdout) < 0;
		else
			status = complain(RINGSIDE_STATUS_USAGE,
					  "unknown option, or its value is missing: ", argv[optind - 1]);
	}
	if (status == 0 && argc - optind != 2)
		status = complain(RINGSIDE_STATUS_USAGE, "two files are needed", "");
	if (status != 0)
		return status;
	if (compare_files(argv[optind], argv[optind + 1], margin, &comparison, stdout, &error) < 0)
		return complain(RINGSIDE_STATUS_REFUSED, error.text, "");
	if (fflush(stdout) != 0)
		return complain(RINGSIDE_STATUS_REFUSED, "cannot write: ", strerror(errno));
	return comparison.worst > limit ? STATUS_REGRESSION : RINGSIDE_STATUS_OK;
}

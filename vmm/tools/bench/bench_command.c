/* SPDX-License-Identifier: MIT */
/* `vmm bench`: what each crossing costs here. Parses the words, runs the session, prints and saves what it found. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/kick.h"
#include "ringside/device.h"
#include "tools/bench/bench_output.h"
#include "tools/bench/bench_report.h"
#include "tools/commands.h"

#define SEED_DEFAULT 20
#define SECONDS_MIN 0.1
#define SECONDS_MAX 86400.0
#define DELAY_MAX 1000000 /* ns */

enum { KEY_QUICK = 0x100, KEY_ONLY, KEY_SECONDS, KEY_JSON, KEY_CSV, KEY_HTML, KEY_SEED, KEY_LIST, KEY_DELAY, KEY_HELP };
enum { SIGNAL_STATUS_BASE = 128 };
enum { OUTPUT_JSON, OUTPUT_CSV, OUTPUT_HTML, OUTPUTS };

static const struct option option_table[] = {
	{"quick", no_argument, NULL, KEY_QUICK},
	{"only", required_argument, NULL, KEY_ONLY},
	{"seconds", required_argument, NULL, KEY_SECONDS},
	{"json", required_argument, NULL, KEY_JSON},
	{"csv", required_argument, NULL, KEY_CSV},
	{"html", required_argument, NULL, KEY_HTML},
	{"seed", required_argument, NULL, KEY_SEED},
	{"list", no_argument, NULL, KEY_LIST},
	{"help", no_argument, NULL, KEY_HELP},
	{"inject-delay", required_argument, NULL, KEY_DELAY},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"Usage: vmm bench [run] [OPTION...]\n"
	"   or: vmm bench compare [OPTION...] A.json B.json\n"
	"Measures what each crossing between process, kernel and VMM costs on this host.\n\n"
	"      --quick            20 seconds instead of two minutes, without the slow rows\n"
	"      --only PATTERN     Only rows whose name fits or contains PATTERN, or of that group; may be repeated\n"
	"      --seconds N        Measure for N seconds\n"
	"      --seed N           Order of the rows and draws of the bootstrap; the same seed gives the same ones\n"
	"      --json FILE        Save everything, every sample included; - is standard output\n"
	"      --csv FILE         Save a line a row\n"
	"      --html FILE        Save a page with plots\n"
	"      --list             Name the rows and say what each measures\n"
	"      --help             Give this help list\n\n"
	"The images bench.bin and guest.bin are looked for beside vmm. ^C prints and saves what there is.\n";

struct bench_words {
	struct bench_options options;
	unsigned pattern_count;
	struct bench_output outputs[OUTPUTS];
	bool is_list;
	char vmm[PATH_MAX], bench_image[PATH_MAX], guest_image[PATH_MAX];
};

/* ---- words ---- */

static int take_number(const char *name, const char *text, double least, double most, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (*text == '\0' || *end != '\0' || !(*value >= least && *value <= most))
		return bench_complain(RINGSIDE_STATUS_USAGE, "--%s takes a number from %g to %.0f, not '%s'", name,
				      least, most, text);
	return 0;
}

static int take_pattern(struct bench_words *words, const char *pattern)
{
	if (words->pattern_count == PATTERNS_MAX - 1)
		return bench_complain(RINGSIDE_STATUS_USAGE, "--only may be given %d times", PATTERNS_MAX - 1);
	words->options.only[words->pattern_count++] = pattern;
	return 0;
}

/* 0: go on; -1: done; else the status. */
static int take_option(struct bench_words *words, int key)
{
	double number = 0;
	int status = 0;

	switch (key) {
	case KEY_QUICK:
		words->options.quick = true;
		break;
	case KEY_ONLY:
		return take_pattern(words, optarg);
	case KEY_SECONDS:
		status = take_number("seconds", optarg, SECONDS_MIN, SECONDS_MAX, &number);
		words->options.seconds = number;
		break;
	case KEY_SEED:
		status = take_number("seed", optarg, 1, UINT32_MAX, &number);
		words->options.seed = (uint64_t)number;
		break;
	case KEY_DELAY:
		status = take_number("inject-delay", optarg, 1, DELAY_MAX, &number);
		words->options.delay_ns = (uint64_t)number;
		break;
	case KEY_JSON:
		words->outputs[OUTPUT_JSON].path = optarg;
		break;
	case KEY_CSV:
		words->outputs[OUTPUT_CSV].path = optarg;
		break;
	case KEY_HTML:
		words->outputs[OUTPUT_HTML].path = optarg;
		break;
	case KEY_LIST:
		words->is_list = true;
		break;
	case KEY_HELP:
		fputs(help, stdout);
		return -1;
	}
	return status;
}

static int parse(struct bench_words *words, int argc, char **argv)
{
	int key, status = 0;

	opterr = 0;
	while (status == 0 && (key = getopt_long(argc, argv, ":", option_table, NULL)) != -1) {
		if (key == ':')
			status = bench_complain(RINGSIDE_STATUS_USAGE, "option %s needs a value", argv[optind - 1]);
		else if (key == '?')
			status = bench_complain(RINGSIDE_STATUS_USAGE,
						"option %s is unknown, ambiguous or takes no value", argv[optind - 1]);
		else
			status = take_option(words, key);
	}
	if (status == 0 && optind < argc)
		status = bench_complain(RINGSIDE_STATUS_USAGE, "'%s' is not expected here", argv[optind]);
	return status;
}

/* The files beside this one. */
static int find_files(struct bench_words *words)
{
	const ssize_t length = readlink("/proc/self/exe", words->vmm, sizeof(words->vmm) - 1);

	if (length < 0)
		return bench_complain(RINGSIDE_STATUS_REFUSED, "cannot find out where vmm is: %s", strerror(errno));
	words->vmm[length] = '\0';
	const int directory = (int)(strrchr(words->vmm, '/') - words->vmm);
	const int bench = snprintf(words->bench_image, PATH_MAX, "%.*s/bench.bin", directory, words->vmm);
	const int guest = snprintf(words->guest_image, PATH_MAX, "%.*s/guest.bin", directory, words->vmm);
	if (bench >= PATH_MAX || guest >= PATH_MAX)
		return bench_complain(RINGSIDE_STATUS_REFUSED, "the path of vmm is too long");
	memcpy(words->vmm + directory + 1, "vmm", sizeof("vmm")); /* this one is vmm-tools */
	words->options.vmm = words->vmm;
	words->options.bench_image = words->bench_image;
	words->options.guest_image = words->guest_image;
	for (unsigned i = 0; i < 2; i++) {
		const char *image = i == 0 ? words->bench_image : words->guest_image;

		if (access(image, R_OK) < 0)
			return bench_complain(RINGSIDE_STATUS_REFUSED,
					      "%s: %s; it is made with vmm and belongs beside it", image,
					      strerror(errno));
	}
	return 0;
}

static int list(void)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		printf("%-13s %-18s %s%s%s\n", bench_rows[i].group, bench_rows[i].name, bench_rows[i].summary,
		       bench_rows[i].minus != NULL ? "; less " : "",
		       bench_rows[i].minus != NULL ? bench_rows[i].minus : "");
	return RINGSIDE_STATUS_OK;
}

/* ---- the run ---- */

static int measure(struct bench_words *words)
{
	static struct session session; /* large */
	static struct report report;
	struct error error;

	if (session_choose(&session, &words->options, &error) < 0)
		return bench_complain(RINGSIDE_STATUS_USAGE, "%s", error.text);
	int status = session_run(&session, &error) < 0 ? bench_complain(RINGSIDE_STATUS_REFUSED, "%s", error.text) : 0;
	if (session.rounds > 0) {
		report_make(&report, &session);
		const int result = bench_outputs_write(words->outputs, OUTPUTS, &report);
		status = status != 0 ? status : result;
	}
	if (status == 0 && session.is_interrupted)
		status = SIGNAL_STATUS_BASE + kick_stop_signal();
	session_free(&session);
	return status;
}

int cmd_bench(int argc, char **argv)
{
	static struct bench_words words = {
		.options = {.seed = SEED_DEFAULT},
		.outputs = {{NULL, report_json}, {NULL, report_csv}, {NULL, report_html}},
	};

	if (argc > 1 && strcmp(argv[1], "compare") == 0)
		return cmd_bench_compare(argc - 1, argv + 1);
	const int skip = argc > 1 && strcmp(argv[1], "run") == 0;
	int status = parse(&words, argc - skip, argv + skip);
	if (status != 0)
		return status < 0 ? RINGSIDE_STATUS_OK : status;
	if (words.is_list)
		return list();
	status = find_files(&words);
	if (status == 0)
		status = bench_outputs_check(words.outputs, OUTPUTS);
	return status == 0 ? measure(&words) : status;
}

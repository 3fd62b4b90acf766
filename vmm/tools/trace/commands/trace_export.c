/* SPDX-License-Identifier: MIT */
/* `vmm trace export`: writes a trace in another tool's format, to a file, a directory of files or standard output. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/export/export.h"

enum { DIRECTORY_FILES = 2, FILE_PATH_MAX = PATH_MAX + 32, DIRECTORY_BITS = 0777, FILE_BITS = 0666 };

/* Where an export goes. */
struct target {
	const char *path; /* as the user gave it */
	const struct exporter *exporter;
	struct output_file file;
	int directory;	       /* where the files of a directory are written at first; -1 = none */
	char beside[PATH_MAX]; /* the path of that directory, which is within `path`; "" = none */
	char unfinished[DIRECTORY_FILES][FILE_PATH_MAX]; /* the paths of the files in it */
	bool made;					 /* `path`, a directory, did not exist before */
	struct export_output output;
};

static struct {
	const struct exporter *exporter;
	const char *output; /* a path; NULL = standard output */
} chosen;

static int open_error(const struct target *target, struct error *error)
{
	return error_set(error, "cannot create %s: %s", target->path, strerror(errno));
}

static bool is_directory(const struct target *target)
{
	return (target->exporter->traits & EXPORT_DIRECTORY) != 0;
}

/* ---- a file, or standard output ---- */

static bool can_seek(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return lseek(fd, 0, SEEK_CUR) == 0 && flags >= 0 && (flags & O_APPEND) == 0;
}

static int check_traits(const struct target *target, int fd, struct error *error)
{
	const struct exporter *exporter = target->exporter;

	if ((exporter->traits & EXPORT_BINARY) != 0 && isatty(fd) == 1)
		return error_set(error, "%s is binary and not for a terminal; give -o FILE", exporter->name);
	if ((exporter->traits & EXPORT_SEEKS) != 0 && !can_seek(fd))
		return error_set(error, "%s is not written from front to end and needs a file; give -o FILE",
				 exporter->name);
	return 0;
}

static int open_file(struct target *target, const char *file, struct error *error)
{
	if (output_file_open(&target->file, target->path, file, error) < 0)
		return -1;
	output_start(&target->output, target->file.fd);
	return check_traits(target, target->file.fd, error);
}

/* ---- a directory ---- */

static const char *const directory_files[DIRECTORY_FILES] = {EXPORT_STREAM_FILE, EXPORT_METADATA_FILE};

static const char *path_in(const char *directory, const char *name, char path[static FILE_PATH_MAX])
{
	snprintf(path, FILE_PATH_MAX, "%s/%s", directory, name);
	return path;
}

static bool is_directory_file(const char *name)
{
	for (unsigned i = 0; i < DIRECTORY_FILES; i++)
		if (strcmp(name, directory_files[i]) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A directory that holds other files is refused: readers of CTF take every file in it for a stream. */
static int check_directory(const struct target *target, struct error *error)
{
	DIR *directory = opendir(target->path);
	const struct dirent *entry;
	int result = 0;

	if (directory == NULL)
		return open_error(target, error);
	while (result == 0 && (entry = readdir(directory)) != NULL)
		if (!is_directory_file(entry->d_name))
			result = error_set(error, "%s holds other files (%s); give a directory of its own",
					   target->path, entry->d_name);
	closedir(directory);
	return result;
}

static int make_beside(struct target *target, struct error *error)
{
	int length = snprintf(target->beside, sizeof(target->beside), "%s/.vmm-XXXXXX", target->path);

	if (length < (int)sizeof(target->beside) && mkdtemp(target->beside) != NULL)
		target->directory = open(target->beside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	else
		target->beside[0] = '\0';
	if (target->directory < 0)
		return open_error(target, error);
	if (target->made)
		output_unfinished_add(target->path);
	output_unfinished_add(target->beside);
	for (unsigned i = 0; i < DIRECTORY_FILES; i++) {
		path_in(target->beside, directory_files[i], target->unfinished[i]);
		output_unfinished_add(target->unfinished[i]);
	}
	return 0;
}

static int open_directory(struct target *target, const char *file, struct error *error)
{
	if (output_file_is_stdout(target->path))
		return error_set(error, "%s is a directory of files; give -o DIRECTORY", target->exporter->name);
	if (output_file_check_distinct(target->path, file, error) < 0)
		return -1;
	target->made = mkdir(target->path, DIRECTORY_BITS) == 0;
	if (!target->made && errno != EEXIST)
		return open_error(target, error);
	if (check_directory(target, error) < 0 || make_beside(target, error) < 0)
		return -1;
	target->file.fd =
		openat(target->directory, EXPORT_STREAM_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_BITS);
	if (target->file.fd < 0)
		return open_error(target, error);
	output_start(&target->output, target->file.fd);
	return 0;
}

/* Complete files move to `path`; others are removed, with all directories that were made for them. */
static int close_directory(struct target *target, bool complete, struct error *error)
{
	char path[FILE_PATH_MAX];
	int result = 0;

	for (unsigned i = 0; i < DIRECTORY_FILES && target->directory >= 0; i++) {
		path_in(target->path, directory_files[i], path);
		if (complete && result == 0 && renameat(target->directory, directory_files[i], AT_FDCWD, path) < 0)
			result = error_set(error, "cannot write %s: %s", path, strerror(errno));
		unlinkat(target->directory, directory_files[i], 0);
	}
	if (target->directory >= 0)
		close(target->directory);
	if (target->beside[0] != '\0')
		rmdir(target->beside);
	if (target->made && (!complete || result < 0)) {
		for (unsigned i = 0; i < DIRECTORY_FILES; i++)
			unlink(path_in(target->path, directory_files[i], path));
		rmdir(target->path);
	}
	output_unfinished_clear();
	return result;
}

/* ---- a target of either kind ---- */

/* To be closed also when this fails, with a `result` of -1. */
static int open_target(struct target *target, const char *file, struct error *error)
{
	target->file.fd = target->output.fd = target->directory = -1;
	target->file.path = target->path;
	output_hold_signals();
	const int result = (is_directory(target) ? open_directory : open_file)(target, file, error);
	output_release_signals();
	return result;
}

/*
 * Closing is the last chance of a write to fail. `result` is that of the export so far. Returns it, or -1 with a line
 * in *error. What is not complete is removed, and what was there before stays.
 */
static int close_target(struct target *target, int result, struct error *error)
{
	struct error unused;
	int closed = output_file_close(&target->file, result == 0, result == 0 ? error : &unused);

	if (closed < 0)
		result = -1;
	if (is_directory(target) && close_directory(target, result == 0, result == 0 ? error : &unused) < 0)
		result = -1;
	return result;
}

/* ---- the export ---- */

/* Says what is odd about a trace of which everything has been exported that could be read. Returns the exit status. */
static int report(const struct trace_reader *reader, const char *file, const struct export_result *result)
{
	if (result->disordered > 0)
		fprintf(stderr,
			"vmm: %s: damaged: %" PRIu64
			" time stamps are out of order; they are shown at the time of the one before\n",
			file, result->disordered);
	return result->damaged ? complain(result->damage.text) : trace_command_finish(reader, file);
}

static int export_to(struct trace_reader *reader, struct target *target, const char *file)
{
	struct export_result result;
	struct error error;

	if (open_target(target, file, &error) < 0) {
		close_target(target, -1, &error);
		return complain(error.text);
	}
	progress_start();
	int status = export_trace(reader, target->exporter, &target->output, target->directory, trace_command_progress,
				  &result, &error);
	progress_end();
	if (close_target(target, status, &error) == 0)
		return report(reader, file, &result);
	if (target->output.failure != 0)
		return complain_of_output(target->path, target->output.failure);
	return complain(error.text);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct target *target = calloc(1, sizeof(*target));

	if (target == NULL)
		return complain("no memory to export with");
	target->path = chosen.output != NULL ? chosen.output : OUTPUT_FILE_STDOUT;
	target->exporter = chosen.exporter;
	int status = export_to(reader, target, file);
	free(target);
	return status;
}

/* ---- words ---- */

enum { KEY_TO = 0x100 };

static int take_option(int key, char *value, struct error *error)
{
	if (key == KEY_TO && chosen.exporter != NULL)
		return error_set(error, "--to %s: one format at a time, and --to %s stands before it", value,
				 chosen.exporter->name);
	if (key == KEY_TO) {
		chosen.exporter = exporter_find(value);
		return command_line_choose("--to", EXPORT_FORMATS, value, error) < 0 ? -1 : 0;
	}
	if (chosen.output != NULL)
		return error_set(error, "-o %s: one output at a time, and -o %s stands before it", value,
				 chosen.output);
	chosen.output = value;
	return 0;
}

static int check(struct error *error)
{
	return chosen.exporter != NULL ? 0 : error_set(error, "no format given: --to perfetto, for example");
}

/* clang-format off */
static const struct argp_option options[] = {
	{"to", KEY_TO, EXPORT_FORMATS, 0, "The format: see below", 0},
	{"output", 'o', "FILE", 0, "Where to (ctf: a directory); - is standard output, the default", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const char documentation[] = "Writes a trace in the format of another tool.\vFormats:\n";

/* The formats there are. */
static char *describe(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (const struct exporter *const *row = exporters; *row != NULL; row++)
		fprintf(out, "  %-10s %s\n", (*row)->name, (*row)->description);
	fclose(out);
	return text;
}

static const struct command_line_row examples[] = {
	{"vmm trace export --to perfetto -o run.pftrace run.trace", "for ui.perfetto.dev"},
	{"vmm trace export --to csv run.trace", "a table on standard output"},
	{0},
};

const struct trace_command trace_command_export = {
	.line =
		{
			.name = "vmm trace export",
			.options = options,
			.words = "--to FORMAT FILE",
			.documentation = documentation,
			.describe = describe,
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.check = check,
	.run = run,
};

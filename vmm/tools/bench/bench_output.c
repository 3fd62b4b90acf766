/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ringside/device.h"
#include "tools/output/output_file.h"

int bench_complain(int status, const char *format, ...)
{
	va_list arguments;

	fputs("vmm bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs(status == RINGSIDE_STATUS_USAGE ? "; see --help\n" : "\n", stderr);
	return status;
}

static bool is_stdout(const struct bench_output *output)
{
	return output->path != NULL && output_file_is_stdout(output->path);
}

/* A file that cannot be written is said before minutes of measuring, not after. Pipes and devices are left alone. */
static int check_output(const struct bench_output *output)
{
	struct output_file file;
	struct stat status;
	struct error error;

	if (output->path == NULL || is_stdout(output) || (stat(output->path, &status) == 0 && !S_ISREG(status.st_mode)))
		return 0;
	if (output_file_open(&file, output->path, "", &error) < 0)
		return bench_complain(RINGSIDE_STATUS_REFUSED, "%s", error.text);
	output_file_close(&file, false, &error);
	return 0;
}

/* Whether all of it has been written. */
static bool print(const struct bench_output *output, const struct report *report, int fd)
{
	FILE *file = is_stdout(output) ? stdout : fdopen(dup(fd), "w");

	if (file == NULL)
		return false;
	output->print(report, file);
	const bool is_written = fflush(file) == 0 && !ferror(file);
	return (file == stdout || fclose(file) == 0) && is_written;
}

static int write_output(const struct bench_output *output, const struct report *report)
{
	struct output_file file;
	struct error error;

	if (output->path == NULL)
		return 0;
	if (output_file_open(&file, output->path, "", &error) < 0)
		return bench_complain(RINGSIDE_STATUS_REFUSED, "%s", error.text);
	if (!print(output, report, file.fd)) {
		const int reason = errno;

		output_file_close(&file, false, &error);
		return bench_complain(RINGSIDE_STATUS_REFUSED, "cannot write %s: %s",
				      is_stdout(output) ? "standard output" : output->path, strerror(reason));
	}
	if (!is_stdout(output) && output_file_close(&file, true, &error) < 0)
		return bench_complain(RINGSIDE_STATUS_REFUSED, "%s", error.text);
	return 0;
}

int bench_outputs_write(const struct bench_output *outputs, size_t count, const struct report *report)
{
	const struct bench_output table = {"-", report_table};
	bool has_stdout = false;
	int status = 0;

	for (size_t i = 0; i < count; i++) {
		has_stdout = has_stdout || is_stdout(&outputs[i]);
		const int result = write_output(&outputs[i], report);
		status = status != 0 ? status : result;
	}
	if (!has_stdout) {
		const int result = write_output(&table, report);
		status = status != 0 ? status : result;
	}
	return status;
}

int bench_outputs_check(const struct bench_output *outputs, size_t count)
{
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++)
		status = check_output(&outputs[i]);
	return status;
}

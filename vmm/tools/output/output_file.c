/* SPDX-License-Identifier: MIT */
/* Writes beside and renames: see output_file.h. */
#include "tools/output/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/output/unfinished.h"

enum { ACCESS_BITS = 0777, CREATE_BITS = 0666 };

bool output_file_is_stdout(const char *path)
{
	return strcmp(path, OUTPUT_FILE_STDOUT) == 0;
}

/* ---- opening ---- */

int output_file_check_distinct(const char *path, const char *input, struct error *error)
{
	struct stat ours, theirs;

	if (stat(path, &ours) == 0 && stat(input, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	    ours.st_ino == theirs.st_ino)
		return error_set(error, "%s is the trace itself; give another file to write to", path);
	return 0;
}

static int create_error(const struct output_file *output, struct error *error)
{
	return error_set(error, "cannot create %s: %s", output->path, strerror(errno));
}

static mode_t new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return CREATE_BITS & ~mask;
}

/* A name in the directory of the target, so that it can be renamed. */
static bool name_temporary(struct output_file *output)
{
	const char *slash = strrchr(output->target, '/');
	int directory = slash != NULL ? (int)(slash + 1 - output->target) : 0;
	int length =
		snprintf(output->temporary, sizeof(output->temporary), "%.*s.vmm-XXXXXX", directory, output->target);

	return length > 0 && (size_t)length < sizeof(output->temporary);
}

static int create_beside(struct output_file *output, mode_t mode, struct error *error)
{
	if (!name_temporary(output)) {
		output->temporary[0] = '\0';
		errno = ENAMETOOLONG;
		return create_error(output, error);
	}
	output->fd = mkostemp(output->temporary, O_CLOEXEC);
	if (output->fd < 0) {
		output->temporary[0] = '\0';
		return create_error(output, error);
	}
	unfinished_add(output->temporary);
	fchmod(output->fd, mode);
	return 0;
}

static int open_directly(struct output_file *output, struct error *error)
{
	output->fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return output->fd >= 0 ? 0 : create_error(output, error);
}

int output_file_open(struct output_file *output, const char *path, const char *input, struct error *error)
{
	struct stat status;

	output->path = path;
	output->fd = -1;
	output->temporary[0] = '\0';
	if (output_file_is_stdout(path)) {
		output->fd = STDOUT_FILENO;
		return 0;
	}
	if (output_file_check_distinct(path, input, error) < 0)
		return -1;
	bool exists = stat(path, &status) == 0;
	if (exists && !S_ISREG(status.st_mode))
		return open_directly(output, error);
	/* Neither what is write-protected nor a link is replaced: a link's target is. */
	if (exists && (access(path, W_OK) < 0 || realpath(path, output->target) == NULL))
		return create_error(output, error);
	if (!exists && snprintf(output->target, sizeof(output->target), "%s", path) >= (int)sizeof(output->target)) {
		errno = ENAMETOOLONG;
		return create_error(output, error);
	}
	return create_beside(output, exists ? status.st_mode & ACCESS_BITS : new_file_mode(), error);
}

/* ---- closing ---- */

int output_file_close(struct output_file *output, bool complete, struct error *error)
{
	bool beside = output->temporary[0] != '\0';
	int failure = 0;

	if (output->fd >= 0 && close(output->fd) < 0)
		failure = errno;
	output->fd = -1;
	if (beside && complete && failure == 0 && rename(output->temporary, output->target) < 0)
		failure = errno;
	if (beside && (!complete || failure != 0))
		unlink(output->temporary);
	if (beside)
		unfinished_clear();
	return failure == 0 || !complete ? 0 : error_set(error, "cannot write %s: %s", output->path, strerror(failure));
}

/* SPDX-License-Identifier: MIT */
/* Opens and closes what an export is written to: see export_target.h. */
#include "cmd/export_target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/export_ctf.h"

bool export_target_is_stdout(const struct export_target *target)
{
	return strcmp(target->path, EXPORT_TARGET_STDOUT) == 0;
}

static int open_error(const struct export_target *target, struct error *error)
{
	return error_set(error, "cannot create %s: %s", target->path, strerror(errno));
}

/* Refuses to write over the trace that is being read. */
static int check_distinct(const struct export_target *target, const char *file, struct error *error)
{
	struct stat ours, theirs;

	if (stat(target->path, &ours) == 0 && stat(file, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	    ours.st_ino == theirs.st_ino)
		return error_set(error, "%s is the trace itself; export it to another file", target->path);
	return 0;
}

static bool can_seek(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return lseek(fd, 0, SEEK_CUR) == 0 && flags >= 0 && (flags & O_APPEND) == 0;
}

static int check_traits(const struct export_target *target, int fd, struct error *error)
{
	const struct exporter *exporter = target->exporter;

	if ((exporter->traits & EXPORT_BINARY) != 0 && isatty(fd) == 1)
		return error_set(error, "%s is binary and not for a terminal; give -o FILE", exporter->name);
	if ((exporter->traits & EXPORT_SEEKS) != 0 && !can_seek(fd))
		return error_set(error, "%s is not written from front to end and needs a file; give -o FILE",
				 exporter->name);
	return 0;
}

static int open_stdout(struct export_target *target, struct error *error)
{
	if ((target->exporter->traits & EXPORT_DIRECTORY) != 0)
		return error_set(error, "%s is a directory of files; give -o DIRECTORY", target->exporter->name);
	output_start(&target->output, STDOUT_FILENO);
	return check_traits(target, STDOUT_FILENO, error);
}

static int open_file(struct export_target *target, struct error *error)
{
	int fd = open(target->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	struct stat status;

	if (fd < 0)
		return open_error(target, error);
	target->created = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	output_start(&target->output, fd);
	return check_traits(target, fd, error);
}

/* A directory that holds other files is not ours to fill: readers of CTF take every file for a stream. */
static int check_directory(const struct export_target *target, struct error *error)
{
	DIR *directory = opendir(target->path);
	const struct dirent *entry;
	int result = 0;

	if (directory == NULL)
		return open_error(target, error);
	while (result == 0 && (entry = readdir(directory)) != NULL) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, EXPORT_STREAM_FILE) != 0 &&
		    strcmp(name, CTF_METADATA_FILE) != 0)
			result = error_set(error, "%s holds other files (%s); give a directory of its own",
					   target->path, name);
	}
	closedir(directory);
	return result;
}

static int open_directory(struct export_target *target, struct error *error)
{
	target->made = mkdir(target->path, 0777) == 0;
	if (!target->made && errno != EEXIST)
		return open_error(target, error);
	if (check_directory(target, error) < 0)
		return -1;
	target->directory = open(target->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (target->directory < 0)
		return open_error(target, error);
	int fd = openat(target->directory, EXPORT_STREAM_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return open_error(target, error);
	target->created = true;
	output_start(&target->output, fd);
	return 0;
}

int export_target_open(struct export_target *target, const char *file, struct error *error)
{
	target->output.fd = target->directory = -1;
	if (export_target_is_stdout(target))
		return open_stdout(target, error);
	if (check_distinct(target, file, error) < 0)
		return -1;
	return ((target->exporter->traits & EXPORT_DIRECTORY) != 0 ? open_directory : open_file)(target, error);
}

/* Nothing that looks complete is left behind by an export that is not. */
static void remove_target(const struct export_target *target)
{
	if (!target->created)
		return;
	if (target->directory < 0) {
		unlink(target->path);
		return;
	}
	unlinkat(target->directory, EXPORT_STREAM_FILE, 0);
	unlinkat(target->directory, CTF_METADATA_FILE, 0);
	if (target->made)
		rmdir(target->path);
}

int export_target_close(struct export_target *target, int result, struct error *error)
{
	if (target->output.fd >= 0 && close(target->output.fd) < 0 && result == 0) {
		target->output.failure = errno;
		result = error_set(error, "cannot write: %s", strerror(errno));
	}
	if (result < 0)
		remove_target(target);
	if (target->directory >= 0)
		close(target->directory);
	return result;
}

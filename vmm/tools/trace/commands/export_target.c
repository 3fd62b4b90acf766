/* SPDX-License-Identifier: MIT */
/* Opens and closes what an export is written to: see export_target.h. */
#include "tools/trace/commands/export_target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/output/unfinished.h"

static int open_error(const struct export_target *target, struct error *error)
{
	return error_set(error, "cannot create %s: %s", target->path, strerror(errno));
}

static bool is_directory(const struct export_target *target)
{
	return (target->exporter->traits & EXPORT_DIRECTORY) != 0;
}

/* ---- a file, or standard output ---- */

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

static int open_file(struct export_target *target, const char *file, struct error *error)
{
	if (output_file_open(&target->file, target->path, file, error) < 0)
		return -1;
	output_start(&target->output, target->file.fd);
	return check_traits(target, target->file.fd, error);
}

/* ---- a directory ---- */

static const char *const directory_files[EXPORT_DIRECTORY_FILES] = {EXPORT_STREAM_FILE, EXPORT_METADATA_FILE};

static const char *path_in(const char *directory, const char *name, char path[static EXPORT_PATH_MAX])
{
	snprintf(path, EXPORT_PATH_MAX, "%s/%s", directory, name);
	return path;
}

static bool is_directory_file(const char *name)
{
	for (unsigned i = 0; i < EXPORT_DIRECTORY_FILES; i++)
		if (strcmp(name, directory_files[i]) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A directory that holds other files is not ours to fill: readers of CTF take every file for a stream. */
static int check_directory(const struct export_target *target, struct error *error)
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

static int make_beside(struct export_target *target, struct error *error)
{
	int length = snprintf(target->beside, sizeof(target->beside), "%s/.vmm-XXXXXX", target->path);

	if (length < (int)sizeof(target->beside) && mkdtemp(target->beside) != NULL)
		target->directory = open(target->beside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	else
		target->beside[0] = '\0';
	if (target->directory < 0)
		return open_error(target, error);
	if (target->made)
		unfinished_add(target->path);
	unfinished_add(target->beside);
	for (unsigned i = 0; i < EXPORT_DIRECTORY_FILES; i++) {
		path_in(target->beside, directory_files[i], target->unfinished[i]);
		unfinished_add(target->unfinished[i]);
	}
	return 0;
}

static int open_directory(struct export_target *target, const char *file, struct error *error)
{
	if (output_file_is_stdout(target->path))
		return error_set(error, "%s is a directory of files; give -o DIRECTORY", target->exporter->name);
	if (output_file_check_distinct(target->path, file, error) < 0)
		return -1;
	target->made = mkdir(target->path, 0777) == 0;
	if (!target->made && errno != EEXIST)
		return open_error(target, error);
	if (check_directory(target, error) < 0 || make_beside(target, error) < 0)
		return -1;
	target->file.fd = openat(target->directory, EXPORT_STREAM_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (target->file.fd < 0)
		return open_error(target, error);
	output_start(&target->output, target->file.fd);
	return 0;
}

/* `complete`: the files move to where they belong; else they go, and all that was made for them. */
static int close_directory(struct export_target *target, bool complete, struct error *error)
{
	int result = 0;

	for (unsigned i = 0; i < EXPORT_DIRECTORY_FILES && target->directory >= 0; i++) {
		char path[EXPORT_PATH_MAX];
		path_in(target->path, directory_files[i], path);
		if (complete && result == 0 && renameat(target->directory, directory_files[i], AT_FDCWD, path) < 0)
			result = error_set(error, "cannot write %s: %s", path, strerror(errno));
		unlinkat(target->directory, directory_files[i], 0);
	}
	if (target->directory >= 0)
		close(target->directory);
	if (target->beside[0] != '\0')
		rmdir(target->beside);
	if (target->made && !complete)
		rmdir(target->path);
	unfinished_clear();
	return result;
}

/* ---- both ---- */

int export_target_open(struct export_target *target, const char *file, struct error *error)
{
	target->file.fd = target->output.fd = target->directory = -1;
	return (is_directory(target) ? open_directory : open_file)(target, file, error);
}

int export_target_close(struct export_target *target, int result, struct error *error)
{
	struct error unused;
	int closed = output_file_close(&target->file, result == 0, result == 0 ? error : &unused);

	if (closed < 0)
		result = -1;
	if (is_directory(target) && close_directory(target, result == 0, result == 0 ? error : &unused) < 0)
		result = -1;
	return result;
}

/* SPDX-License-Identifier: MIT */
/* Finds the files of a build or an installation: see executable.h. */
#include "base/executable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

static const struct place {
	const char *name, *folder;
} places[] = {
#define ROW(name, folder, ...) {name, folder},
	INSTALLED_FILES(ROW)
#undef ROW
};

/* Stores the folder of the running executable, without a slash at its end. */
static int own_folder(char folder[PATH_MAX])
{
	const ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);

	if (length < 0)
		return -1;
	folder[length] = '\0';
	*strrchr(folder, '/') = '\0';
	return 0;
}

static bool is_there(const char *folder, const char *below, const char *name, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s%s/%s", folder, below, name) < PATH_MAX && access(path, F_OK) == 0;
}

/* Cuts "/bin", or another folder of the table, off the end. Returns false if `folder` ends with none of them. */
static bool cut_to_prefix(char folder[PATH_MAX])
{
	const size_t length = strlen(folder);

	for (size_t i = 0; i < COUNT(places); i++) {
		const size_t tail = strlen(places[i].folder);

		if (length > tail && folder[length - tail - 1] == '/' &&
		    strcmp(folder + length - tail, places[i].folder) == 0) {
			folder[length - tail - 1] = '\0';
			return true;
		}
	}
	return false;
}

static const char *folder_of(const char *name)
{
	size_t i = 0;

	while (i < COUNT(places) - 1 && strcmp(places[i].name, name) != 0)
		i++;
	return places[i].folder;
}

int executable_find(const char *name, char path[PATH_MAX], struct error *error)
{
	char folder[PATH_MAX], below[PATH_MAX];

	if (own_folder(folder) < 0)
		return error_set(error, "cannot find out where vmm is, to find %s: %s", name, strerror(errno));
	if (is_there(folder, "", name, path))
		return 0;
	if (!cut_to_prefix(folder))
		return error_set(error, "%s is not in %s, where it is needed; `make` makes it there", name, folder);
	snprintf(below, sizeof(below), "/%s", folder_of(name));
	if (is_there(folder, below, name, path))
		return 0;
	return error_set(error, "%s is not in %s%s, where it is needed; install ringside again", name, folder, below);
}

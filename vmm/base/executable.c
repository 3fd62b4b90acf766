/* SPDX-License-Identifier: MIT */
/* Finds the directory of the running executable: see executable.h. */
#include "base/executable.h"

#include <string.h>
#include <unistd.h>

int executable_beside(const char *name, char path[PATH_MAX])
{
	const size_t size = strlen(name) + 1;
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - size);

	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length <= 0)
		return -1;
	memcpy(path + length, name, size);
	return 0;
}

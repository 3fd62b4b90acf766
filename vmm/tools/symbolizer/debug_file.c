/* SPDX-License-Identifier: MIT */
/* Finds debug information in files beside: see debug_file.h. */
#include "tools/symbolizer/debug_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/image_file.h"
#include "formats/elf64.h"

/* The file at `path` if it has that build ID. */
static struct bytes read_twin(const char *path, struct bytes id)
{
	struct bytes file = image_file_read(path);

	if (bytes_equal(elf64_build_id(file), id.start, id.size))
		return file;
	free((void *)file.start);
	return (struct bytes){NULL, 0};
}

static struct bytes find_by_id(const char *directory, struct bytes id)
{
	char path[PATH_MAX], digits[2 * ELF_BUILD_ID_MAX + 1];

	bytes_hexadecimal(id, digits);
	if (snprintf(path, sizeof(path), "%s/.build-id/%.2s/%s.debug", directory, digits, digits + 2) >=
	    (int)sizeof(path))
		return (struct bytes){NULL, 0};
	return read_twin(path, id);
}

struct bytes debug_file_find(const char *directory, const char *name, struct bytes elf)
{
	struct bytes found = {NULL, 0}, id = elf64_build_id(elf);
	char path[PATH_MAX];

	if (id.start == NULL)
		return found;
	/* The name comes from the trace: it names a file in the directory, or nothing. */
	if (name != NULL && strchr(name, '/') == NULL &&
	    snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path))
		found = read_twin(path, id);
	return found.start != NULL ? found : find_by_id(directory, id);
}

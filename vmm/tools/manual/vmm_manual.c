/* SPDX-License-Identifier: MIT */
/*
 * vmm-manual, a program of the build: writes what tells about the command lines of vmm.
 *   vmm-manual man FOLDER                    vmm.1, vmm-trace.1, ... into FOLDER
 *   vmm-manual completion bash|zsh|fish      on standard output
 *   vmm-manual markdown                      docs/usage.md, on standard output
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "ringside/device.h"
#include "tools/manual/manual.h"
#include "tools/output/output_file.h"

#define NAME "vmm-manual"

static int refuse(const char *what, const char *reason)
{
	fprintf(stderr, NAME ": %s: %s\n", what, reason);
	return RINGSIDE_STATUS_REFUSED;
}

static int write_page(const char *folder, const char *page)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s.1", folder, page) >= (int)sizeof(path))
		return refuse(folder, strerror(ENAMETOOLONG));
	FILE *out = fopen(path, "we");
	if (out == NULL)
		return refuse(path, strerror(errno));
	const bool made = manual_write_page(page, out);
	const bool failed = ferror(out) != 0;
	if (fclose(out) != 0 || failed)
		return refuse(path, strerror(errno));
	return made ? RINGSIDE_STATUS_OK : refuse(path, "no memory");
}

/* Each page once: the nodes of a page stand together, but for those of the first, whose others stand at the end. */
static int write_pages(const char *folder)
{
	char page[MANUAL_NAME_SIZE], last[MANUAL_NAME_SIZE] = "";
	size_t count;
	const struct manual_node *nodes = manual_nodes(&count);
	int status = RINGSIDE_STATUS_OK;

	for (size_t i = 0; i < count && status == RINGSIDE_STATUS_OK; i++) {
		if (nodes[i].line == NULL || strcmp(manual_page(&nodes[i], page), last) == 0)
			continue;
		status = write_page(folder, page);
		memcpy(last, page, sizeof(last));
	}
	return status;
}

static int write_out(bool (*write)(FILE *out))
{
	return write(stdout) ? output_finish() : refuse("standard output", "no memory");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *shell;
		bool (*write)(FILE *out);
	} shells[] = {{"bash", manual_write_bash}, {"zsh", manual_write_zsh}, {"fish", manual_write_fish}};

	if (argc == 3 && strcmp(argv[1], "man") == 0)
		return write_pages(argv[2]);
	if (argc == 2 && strcmp(argv[1], "markdown") == 0)
		return write_out(manual_write_markdown);
	for (size_t i = 0; argc == 3 && strcmp(argv[1], "completion") == 0 && i < COUNT(shells); i++)
		if (strcmp(argv[2], shells[i].shell) == 0)
			return write_out(shells[i].write);
	fputs("usage: " NAME " man FOLDER | completion bash|zsh|fish | markdown\n", stderr);
	return RINGSIDE_STATUS_USAGE;
}

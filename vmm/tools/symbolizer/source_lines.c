/* SPDX-License-Identifier: MIT */
/* Reads only what the ELF file itself holds: libdwfl is kept from searching for debug information elsewhere. */
#include "tools/symbolizer/source_lines.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef HAVE_LIBDW

#include <elfutils/libdwfl.h>

const bool has_source_lines = true;

struct source_lines {
	Dwfl *dwfl;
	Dwfl_Module *module;
};

static int no_elf(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, char **file, Elf **elf)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)elf;
	return -1;
}

static int no_debug_file(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
			 const char *link, GElf_Word crc, char **found)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc, (void)found;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = no_elf,
	.find_debuginfo = no_debug_file,
	.section_address = dwfl_offline_section_address,
};

/* libdwfl reads files only. It owns the descriptor once it has taken it. */
static int as_file(struct bytes elf)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd >= 0 && (elf.size == 0 || write(fd, elf.start, elf.size) != (ssize_t)elf.size)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int report(struct source_lines *lines, struct bytes elf)
{
	int fd = as_file(elf);

	if (fd < 0)
		return -1;
	dwfl_report_begin(lines->dwfl);
	lines->module = dwfl_report_offline(lines->dwfl, "image", "image", fd);
	if (lines->module == NULL)
		close(fd);
	return dwfl_report_end(lines->dwfl, NULL, NULL) == 0 && lines->module != NULL ? 0 : -1;
}

struct source_lines *source_open(struct bytes elf)
{
	struct source_lines *lines = calloc(1, sizeof(*lines));

	if (lines == NULL)
		return NULL;
	lines->dwfl = dwfl_begin(&callbacks);
	if (lines->dwfl != NULL && report(lines, elf) == 0)
		return lines;
	source_close(lines);
	return NULL;
}

void source_close(struct source_lines *lines)
{
	if (lines == NULL)
		return;
	if (lines->dwfl != NULL)
		dwfl_end(lines->dwfl);
	free(lines);
}

bool source_line(struct source_lines *lines, uint64_t address, char *buffer, size_t size)
{
	Dwfl_Line *line = dwfl_module_getsrc(lines->module, address);
	int number;
	const char *file = line != NULL ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;

	if (file == NULL)
		return false;
	snprintf(buffer, size, "%s:%d", file, number);
	/* Whoever made the file chose the name, so it may not control the terminal. */
	for (; *buffer != '\0'; buffer++)
		if (iscntrl((unsigned char)*buffer))
			*buffer = '?';
	return true;
}

#else

const bool has_source_lines = false;

struct source_lines *source_open(struct bytes elf)
{
	(void)elf;
	return NULL;
}

void source_close(struct source_lines *lines)
{
	(void)lines;
}

bool source_line(struct source_lines *lines, uint64_t address, char *buffer, size_t size)
{
	(void)lines, (void)address, (void)buffer, (void)size;
	return false;
}

#endif

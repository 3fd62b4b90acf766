/* SPDX-License-Identifier: MIT */
#include "tools/trace/read/file_kind.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "record/trace_format.h"

/* What files of a kind begin with. */
static const struct kind {
	const char *start;
	size_t size;
	const char *words;
} kinds[] = {
#define ROW(start, words)                                                                                              \
	{                                                                                                              \
		start, sizeof(start) - 1, words                                                                        \
	}
	ROW(FILE_MAGIC, "a ringside trace"),
	ROW("\x7f"
	    "ELF",
	    "an ELF file"),
	ROW("\x28\xb5\x2f\xfd", "compressed by zstd"),
	ROW("\x1f\x8b", "compressed by gzip"),
	ROW("070701", "a cpio archive"),
	ROW("\x17\x08\x44tracing", "a trace of trace-cmd"),
	ROW("\xc1\x1f\xfc\xc1", "a stream of CTF"),
	ROW("PERFILE2", "a file of perf"),
	ROW("<", "a web page or XML"),
	ROW("{", "JSON"),
	ROW("[", "JSON"),
	ROW("#!", "a script"),
#undef ROW
};

static bool is_text(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (iscntrl((unsigned char)bytes[i]) && !isspace((unsigned char)bytes[i]))
			return false;
	return true;
}

const char *file_kind(const void *start, size_t size)
{
	const char *bytes = start;

	if (size == 0)
		return "empty";
	size = size < FILE_KIND_BYTES ? size : FILE_KIND_BYTES;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (size >= kinds[i].size && memcmp(bytes, kinds[i].start, kinds[i].size) == 0)
			return kinds[i].words;
	return is_text(bytes, size) ? "text" : "of an unknown kind";
}

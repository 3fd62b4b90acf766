/* SPDX-License-Identifier: MIT */
/*
 * What a file is that was given in place of another: a kernel, an initrd, a trace, a result of vmm bench. Recognised by
 * its first bytes, so that it can be refused in words that help. Called by the loaders and by the tools.
 */
#ifndef VMM_BASE_FILE_KIND_H
#define VMM_BASE_FILE_KIND_H

#include "formats/bytes.h"

/* What a trace file begins with; 0x8f, so that no program takes the file for text (record/trace_format.h). */
#define TRACE_FILE_MAGIC "\x8fRSTRACE"

struct file_kind {
	const char *what;      /* as in "it is ...": "a script", "compressed by gzip"; "of an unknown kind" */
	const char *unpack;    /* a command that writes to stdout what is in the file that follows; NULL = none */
	const char *as_kernel; /* what to do when it was given as a kernel; NULL = nothing special */
};

/* All kinds can be told with this many bytes; with fewer, those that show early. */
enum { FILE_KIND_BYTES = 36864 };

/* The kind of a file that begins with these bytes. */
const struct file_kind *file_kind_of(struct bytes start);

/* The kind of an open file, also a directory, a device or a pipe. Reads it from the start, if it can be read so. */
const struct file_kind *file_kind_of_open(int fd);

/* The `what` of a file that begins with these bytes. */
const char *file_kind(const void *start, size_t size);

#endif

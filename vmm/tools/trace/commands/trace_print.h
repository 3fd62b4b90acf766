/* SPDX-License-Identifier: MIT */
/*
 * What `vmm trace print` needs from the symbolizer. In vmm itself there is none: it then turns into the
 * executable vmm-symbolizer beside it, which is the same command with one.
 */
#ifndef VMM_TOOLS_TRACE_COMMANDS_TRACE_PRINT_H
#define VMM_TOOLS_TRACE_COMMANDS_TRACE_PRINT_H

#include <stdbool.h>

#include "base/error.h"
#include "symbols/symbols.h"
#include "text/text.h"
#include "tools/trace/read/code.h"
#include "tools/trace/read/trace_reader.h"

struct trace_annotation {
	bool disassemble, source;
	const char *image, *initrd; /* files; initrd NULL = the image's own */
	const char *debug;	    /* the directory of unstripped programs; NULL = guest/debug beside the image */
	const struct symbols *symbols;
};

struct trace_annotator {
	/* What `tell` of text_extra takes as its context. NULL and a line in *error when it cannot be had. */
	void *(*open)(const struct trace_annotation *wanted, struct error *error);
	void (*tell)(void *context, const union record *record, int image, uint64_t address, char *buffer, size_t size);
	void (*close)(void *context);
};

extern const struct trace_annotator *trace_annotator; /* NULL = none */

#define TRACE_SYMBOLIZER "vmm-symbolizer"

/* Becomes the same command in the executable that has the libraries for it. Returns only when that is missing. */
int trace_print_run_symbolizer(char **argv);

/* What trace_annotator->open() gives for `wanted`, whose files that are NULL become those which the trace names. */
void *trace_print_annotator(const struct trace_reader *reader, struct trace_annotation wanted, struct error *error);

/* The programs' constants, when the trace's image is still what ran and its initrd is its own; else NULL. */
struct code *trace_print_constants(const struct trace_reader *reader);

#endif

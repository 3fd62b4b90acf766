/* SPDX-License-Identifier: MIT */
/*
 * What `vmm trace print` needs for --disassemble and --source. vmm-tools does not have the libraries for it: for these
 * options it becomes vmm-symbolizer, which is the same subcommand with an annotator.
 */
#ifndef VMM_TOOLS_TRACE_COMMANDS_TRACE_PRINT_H
#define VMM_TOOLS_TRACE_COMMANDS_TRACE_PRINT_H

#include <stdbool.h>

#include "base/error.h"
#include "record/record.h"
#include "symbols/symbols.h"
#include "text/text.h"

struct trace_annotation {
	bool disassemble, source;
	const char *image, *initrd; /* files; initrd NULL = the image's own */
	const char *debug;	    /* the directory of unstripped programs; NULL = guest/debug beside the image */
	const struct symbols *symbols;
};

struct trace_annotator {
	/* Returns the context of the other two; NULL with a line in *error when it cannot be had. */
	void *(*open)(const struct trace_annotation *wanted, struct error *error);
	/* What stands behind the line of a record, as `tell` of struct text_extra. */
	void (*tell)(void *context, const union record *record, int image, uint64_t address, struct text_note *note);
	void (*close)(void *context);
};

extern const struct trace_annotator *trace_annotator; /* NULL = this executable has none */

#endif

/* SPDX-License-Identifier: MIT */
/* What `vmm trace print --disassemble --source` writes behind a line. Called by the symbolizer's main.c. */
#ifndef VMM_TOOLS_SYMBOLIZER_ANNOTATE_H
#define VMM_TOOLS_SYMBOLIZER_ANNOTATE_H

#include "tools/trace/commands/trace_print.h"

extern const struct trace_annotator annotator;

#endif

/* SPDX-License-Identifier: MIT */
/* Where an export goes: a file, a directory or standard output. Used by trace_export.c. */
#ifndef VMM_TOOLS_TRACE_COMMANDS_EXPORT_TARGET_H
#define VMM_TOOLS_TRACE_COMMANDS_EXPORT_TARGET_H

#include "tools/output/output_file.h"
#include "tools/trace/export/export.h"

enum { EXPORT_DIRECTORY_FILES = 2, EXPORT_PATH_MAX = PATH_MAX + 32 };

struct export_target {
	const char *path; /* as the user gave it */
	const struct exporter *exporter;
	struct output_file file;
	int directory;	       /* where the files of a directory are written at first; -1 = none */
	char beside[PATH_MAX]; /* its name, within `path`; "" = none */
	char unfinished[EXPORT_DIRECTORY_FILES][EXPORT_PATH_MAX]; /* the files in it */
	bool made;						  /* `path`, a directory, did not exist before */
	struct export_output output;
};

/*
 * Opens what `path` and `exporter` say; refuses what the format cannot be written to, and `file`, the trace
 * itself. To be closed also when that fails, with a `result` of -1.
 */
int export_target_open(struct export_target *target, const char *file, struct error *error);

/*
 * The last chance of a write to fail. `result`: of the export so far; returned, or -1 with a line in *error.
 * What is not complete is removed, and what was there before stays.
 */
int export_target_close(struct export_target *target, int result, struct error *error);

#endif

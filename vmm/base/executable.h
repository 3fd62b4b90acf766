/* SPDX-License-Identifier: MIT */
/*
 * Finds the other files of ringside from where the running executable is, so that a build or an installation can be
 * moved. Called by main.c, options.c and the tools.
 */
#ifndef VMM_BASE_EXECUTABLE_H
#define VMM_BASE_EXECUTABLE_H

#include <limits.h>

#include "base/error.h"

/*
 * X(file, its folder below the prefix of an installation, what it is). In a build all are in one folder, which is
 * looked into first.
 */
/* clang-format off */
#define INSTALLED_FILES(X) \
	X("vmm",            "bin",              "the VMM") \
	X("vmm-tools",      "libexec/ringside", "the subcommands of vmm besides run and demo") \
	X("vmm-symbolizer", "libexec/ringside", "vmm trace print with --disassemble or --source") \
	X("guest.bin",      "share/ringside",   "the demonstration: a small kernel and its programs") \
	X("bench.bin",      "share/ringside",   "the guest of vmm bench")
/* clang-format on */

/*
 * Stores the path of `name`, one of INSTALLED_FILES, in `path`. Returns 0; or -1 with a line in *error, which says
 * where it was looked for.
 */
int executable_find(const char *name, char path[PATH_MAX], struct error *error);

#endif

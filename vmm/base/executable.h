/* SPDX-License-Identifier: MIT */
/*
 * Finds the files that are installed beside the running executable: vmm-tools, vmm-symbolizer and the images of
 * `vmm bench`. Called by main.c and by the tools.
 */
#ifndef VMM_BASE_EXECUTABLE_H
#define VMM_BASE_EXECUTABLE_H

#include <limits.h>

/* Stores the path of the file `name` beside the running executable in `path`. Returns 0, or -1 with errno. */
int executable_beside(const char *name, char path[PATH_MAX]);

#endif

/* SPDX-License-Identifier: MIT */
/* The files that belong beside the running executable: the other executables, and the images of `vmm bench`. */
#ifndef VMM_BASE_EXECUTABLE_H
#define VMM_BASE_EXECUTABLE_H

#include <limits.h>

/* Puts the path of the file `name` beside the running executable into `path`. -1 with errno when that fails. */
int executable_beside(const char *name, char path[PATH_MAX]);

#endif

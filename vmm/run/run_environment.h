/* SPDX-License-Identifier: MIT */
/* The description of a run that `vmm run` writes into the header of a trace: version, image, options and host. */
#ifndef VMM_RUN_RUN_ENVIRONMENT_H
#define VMM_RUN_RUN_ENVIRONMENT_H

#include "run/options.h"

/*
 * Returns lines of key=value, which the caller must free(), or NULL when there is no memory. `image` is the descriptor
 * of the open image file.
 */
char *environment_describe(const struct run_options *options, int image);

#endif

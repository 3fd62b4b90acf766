/* SPDX-License-Identifier: MIT */
/* What a trace says of where it was made. */
#ifndef VMM_RUN_RUN_ENVIRONMENT_H
#define VMM_RUN_RUN_ENVIRONMENT_H

#include "run/options.h"

/* Lines of key=value for a trace's header; free() it. NULL when there is no memory. */
char *environment_describe(const struct run_options *options, int image);

#endif

/* SPDX-License-Identifier: MIT */
/* The version of ringside, as `vmm run --version` prints it and as trace files record it. */
#ifndef VMM_BASE_VERSION_H
#define VMM_BASE_VERSION_H

#define VMM_VERSION "ringside 0.1"

#endif

/* SPDX-License-Identifier: MIT */
/* The version, as --version prints it and traces record it. */
#ifndef VMM_BASE_VERSION_H
#define VMM_BASE_VERSION_H

#define VMM_VERSION "ringside 0.1"

#endif

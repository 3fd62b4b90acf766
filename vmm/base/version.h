/* SPDX-License-Identifier: MIT */
/* The version of ringside, as --version prints it and as trace files and benchmarks record it. */
#ifndef VMM_BASE_VERSION_H
#define VMM_BASE_VERSION_H

/* "ringside 0.2 (abc1234)": the release, and the commit it was built from where there was a repository, with "-dirty"
 * behind it where files differed from the commit. */
extern const char vmm_version[];

#endif

/* SPDX-License-Identifier: MIT */
/* What the JSON of `vmm bench` calls itself: written by json.c, demanded by compare.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_JSON_H
#define VMM_TOOLS_BENCH_BENCH_JSON_H

#define BENCH_JSON_FORMAT "ringside-bench"
#define BENCH_JSON_VERSION 1

#endif

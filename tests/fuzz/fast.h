/* SPDX-License-Identifier: MIT */
/* Whether a fuzz target takes less of each input in order to take more inputs: `make fuzz FAST=1`. */
#ifndef FUZZ_FAST_H
#define FUZZ_FAST_H

#ifndef FUZZ_FAST
#define FUZZ_FAST 0
#endif

#endif

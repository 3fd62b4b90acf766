/* SPDX-License-Identifier: MIT */
/* Units of time. */
#ifndef VMM_BASE_UNITS_H
#define VMM_BASE_UNITS_H

#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)

#endif

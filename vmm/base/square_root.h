/* SPDX-License-Identifier: MIT */
/*
 * A square root without libm: linking libm would cost every start of the VMM the time to load it. Called by statistics.
 */
#ifndef VMM_BASE_SQUARE_ROOT_H
#define VMM_BASE_SQUARE_ROOT_H

#include <emmintrin.h>

static inline double square_root(double value)
{
	__m128d operand = _mm_set_sd(value);

	return _mm_cvtsd_f64(_mm_sqrt_sd(operand, operand));
}

#endif

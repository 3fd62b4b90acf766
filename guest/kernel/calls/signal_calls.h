/* SPDX-License-Identifier: MIT */
/* What other system calls need of those about signals. */
#ifndef GUEST_KERNEL_CALLS_SIGNAL_CALLS_H
#define GUEST_KERNEL_CALLS_SIGNAL_CALLS_H

#include <stdint.h>

/*
 * Blocks the signals of a mask in user memory, and no others; the mask until then goes to *before, which the caller
 * puts back. 0; -EINTR if this let a signal through that is handled; -EINVAL, -EFAULT.
 */
int64_t signals_block_for_now(uint64_t mask, uint64_t size, uint64_t *before);

#endif

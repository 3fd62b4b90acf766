/* SPDX-License-Identifier: MIT */
/*
 * Whether a kernel understands its command line, as far as that can be known before it runs: the options that it names
 * in its note (ringside/option_table.h), and its notation for words. Called by the loaders. Kernels without the note
 * are given whatever the user writes, but words for init in no other notation than Linux's.
 */
#ifndef VMM_LOADERS_OPTIONS_CHECK_H
#define VMM_LOADERS_OPTIONS_CHECK_H

#include "base/error.h"
#include "formats/bytes.h"

/*
 * `note` is the content of the kernel's note of its options; its `start` is NULL when there is none. Returns 0; or,
 * with a line in *error, RINGSIDE_STATUS_USAGE when the line is not for this kernel, or -1 when there is no memory.
 */
int options_check(struct bytes note, const char *command_line, struct error *error);

#endif

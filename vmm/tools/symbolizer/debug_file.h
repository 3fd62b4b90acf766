/* SPDX-License-Identifier: MIT */
/*
 * The unstripped twin of an ELF file that ran: found by name or by build ID in a directory, taken only when its
 * build ID is the same. Used by the symbolizer.
 */
#ifndef VMM_TOOLS_SYMBOLIZER_DEBUG_FILE_H
#define VMM_TOOLS_SYMBOLIZER_DEBUG_FILE_H

#include "formats/bytes.h"

/*
 * Looks for DIRECTORY/NAME and DIRECTORY/.build-id/ab/cdef….debug. Empty when neither is a file with the build ID
 * of `elf`. `name` may be NULL. The caller frees `start`.
 */
struct bytes debug_file_find(const char *directory, const char *name, struct bytes elf);

#endif

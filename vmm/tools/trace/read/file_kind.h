/* SPDX-License-Identifier: MIT */
/* What a file is that was given in place of a trace or of a result, from its first bytes. Used to refuse it in words.
 */
#ifndef VMM_TOOLS_TRACE_READ_FILE_KIND_H
#define VMM_TOOLS_TRACE_READ_FILE_KIND_H

#include <stddef.h>

enum { FILE_KIND_BYTES = 64 }; /* so many are enough */

/* "an ELF file", "a web page", ...; "of an unknown kind" when nothing else can be said. */
const char *file_kind(const void *start, size_t size);

#endif

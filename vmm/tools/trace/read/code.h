/* SPDX-License-Identifier: MIT */
/*
 * The code a trace is about: the image and the programs of its initrd, read from their files and checked to
 * be those that were traced. Used by `vmm trace print` and the symbolizer.
 */
#ifndef VMM_TOOLS_TRACE_READ_CODE_H
#define VMM_TOOLS_TRACE_READ_CODE_H

#include "base/error.h"
#include "formats/bytes.h"
#include "symbols/symbols.h"
#include "text/text.h"

struct code;

/*
 * Reads the image, and the archive of programs: the file `initrd`, or the image's own when that is NULL.
 * `symbols` are the trace's and must outlive the code. Returns NULL with a line in *error if a file cannot be read, or
 * if a file is not the one that was traced, by its checksum in the trace.
 */
struct code *code_open(const char *image, const char *initrd, const struct symbols *symbols, struct error *error);

void code_close(struct code *code);

/* The ELF file of an image, or, of a program, all of the archive from it on. Empty when there is none. */
struct bytes code_file(const struct code *code, int image);

/* What lies at an address in an image, up to the end of its segment. */
struct bytes code_at(const struct code *code, int image, uint64_t address);

/* What programs cannot change, for a text printer, which the code must outlive; NULL = nothing. */
struct text_constants code_constants(const struct code *code);

#endif

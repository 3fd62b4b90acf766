/* SPDX-License-Identifier: MIT */
/* What the two files of the CTF exporter share: export_ctf.c writes the stream, export_ctf_metadata.c describes it. */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_CTF_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_CTF_H

#include "tools/trace/export/export_fields.h"

#define CTF_METADATA_FILE "metadata"

/* Puts the metadata, in TSDL (CTF 1.8, section 7). */
void ctf_metadata(const struct export *export, struct export_output *output);

#endif

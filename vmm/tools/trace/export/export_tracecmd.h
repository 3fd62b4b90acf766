/* SPDX-License-Identifier: MIT */
/*
 * What the files of the trace-cmd exporter share: export_tracecmd.c writes the ring-buffer pages,
 * export_tracecmd_header.c everything before them.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_TRACECMD_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_TRACECMD_H

#include "tools/trace/export/export_fields.h"

enum {
	TRACECMD_PAGE = 4096,
	TRACECMD_PAGE_HEADER = 16,	  /* time stamp, length of the data */
	TRACECMD_COMMANDS_SIZE = 1 << 16, /* room for the names of processes, known only at the end */
	TRACECMD_FIRST_ID = 1000,	  /* of our events; lower ones are the kernel's own */
};

/* What every event begins with: the common fields of the kernel's. */
struct tracecmd_common {
	uint16_t type;
	uint8_t flags;
	uint8_t preempt_count;
	int32_t pid;
};

/* Where in the file something is to be filled in at the end. */
struct tracecmd_places {
	uint64_t commands; /* TRACECMD_COMMANDS_SIZE bytes: lines of "pid name" */
	uint64_t cpu;	   /* two 64-bit words: offset and length of the CPU's pages */
};

/* Puts the header, and zeros up to the first page. */
void tracecmd_header(struct export_output *output, struct tracecmd_places *places);

#endif

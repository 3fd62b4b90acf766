/* SPDX-License-Identifier: MIT */
/*
 * The header of a trace file, byte by byte, for its writer (record/trace_writer.c) and its readers. Numbers are
 * little-endian, like the x86 hosts that write them. docs/trace-format.md documents the format.
 */
#ifndef VMM_RECORD_TRACE_FORMAT_H
#define VMM_RECORD_TRACE_FORMAT_H

#include <stdint.h>

#include "base/file_kind.h"
#include "record/trace_clock.h"

#define FILE_MAGIC TRACE_FILE_MAGIC
#define FILE_VERSION 3
#define FILE_ALIGNMENT 4096 /* the offset of the first record is a multiple of this, so that records can be mapped */
#define FILE_HEADER_MAX (UINT32_C(16) << 20) /* bytes; a reader allocates no more than this for a header */

/* A part of the header: its offset from the start of the file and its length, in bytes. */
struct file_section {
	uint64_t offset;
	uint64_t length;
};

/* What a reader must be told about a trace. 0 in files of before there were flags. */
enum file_flag {
	FILE_LIMITED = 1u << 0,	     /* there was a limit on the file's size (--trace-limit) */
	FILE_KEEPS_LAST = 1u << 1,   /* then the file has the last records, and `lost` counts those before the first */
	FILE_RING_REFUSED = 1u << 2, /* an event ring of the guest was refused: its events are not in the trace */
	FILE_TSC_CHANGED = 1u << 3,  /* the guest has changed its TSC: the times of events are not exact */
	FILE_ABSENCES = 1u << 4,     /* the host told when it did not run the VMM's thread (RINGSIDE_VMM_EVENTS) */
};

#define FILE_NS_UNKNOWN UINT64_MAX

/* What the host said at the end about the VMM's thread, from the start of the run on. */
struct file_host {
	uint64_t run_ns;  /* how long the thread ran; FILE_NS_UNKNOWN = the host does not say, or the VMM was killed */
	uint64_t wait_ns; /* how long it could have run, but the host ran something else; or FILE_NS_UNKNOWN */
	uint64_t lost;	  /* switches of the thread that are not in the trace */
};

struct file_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size; /* offset of the first record */
	uint32_t record_size; /* bytes of one record */
	uint32_t flags;	      /* enum file_flag */
	struct trace_clock clock;
	uint64_t lost; /* records that are not in the file; they came after the last record, or FILE_KEEPS_LAST */
	struct file_section environment; /* lines of key=value, ended by a zero byte */
	struct file_section symbols;	 /* symbols/symbols.h, symbols_section_write() */
	struct file_host host;
	struct file_section counters; /* of KVM: struct file_counter; empty = the host has none */
};

/* One of KVM's own counters of the vCPU (KVM API, KVM_GET_STATS_FD): its values before and after the run. */
struct file_counter {
	char name[48]; /* filled with zero bytes; all may be used */
	uint64_t start, end;
};

_Static_assert(sizeof(FILE_MAGIC) - 1 == sizeof(((struct file_header *)0)->magic), "the magic fills its field");
_Static_assert(sizeof(struct file_header) == 136, "docs/trace-format.md documents this layout");
_Static_assert(__builtin_offsetof(struct file_header, clock) == 24, "docs/trace-format.md documents this layout");

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Traces in other people's formats: what an exporter is, and the one timeline all of them are given.
 * export.c keeps the table of exporters and drives them; a new format is one file and one row there.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/calls.h"
#include "tools/trace/export/export_output.h"
#include "tools/trace/read/trace_reader.h"

/* An exit record is two moments: KVM_RUN was called, and it returned. An event is one. */
enum moment_kind { MOMENT_ENTRY, MOMENT_EXIT, MOMENT_EVENT };

/* Moments come in the order of their time, in nanoseconds from the start of the run. */
struct moment {
	enum moment_kind kind;
	const union record *record; /* of an entry: the exit that ends it, NULL when the trace ends before */
	uint64_t ns;
	uint64_t sequence;	 /* of the exit, from 1; of an entry, that of the exit that ends it */
	uint64_t guest_ns;	 /* exit: how long the guest ran before it */
	uint64_t vmm_ns;	 /* exit: until the guest was entered again */
	bool handled;		 /* exit: false when it never was, or the trace does not say; vmm_ns is 0 then */
	unsigned cpl;		 /* exit: at it; event: after it; entry: of what runs then; CPL_UNKNOWN = not known */
	uint32_t pid;		 /* the process that runs; 0 = the kernel, or not known */
	int image;		 /* its program, in the symbols; -1 = not known */
	const struct call *call; /* event of a process: its last system call; NULL = not known */
	int about_image;	 /* event: the program of the process it is about, likewise */
};

/* One export under way. What it points to outlives it. */
struct export
{
	const struct trace_clock *clock;
	const struct symbols *symbols;
	const char *environment;      /* lines of key=value */
	struct export_output *output; /* of a directory: its file EXPORT_STREAM_FILE */
	int directory;		      /* where traits has EXPORT_DIRECTORY */
	void *state;		      /* state_size bytes, zeroed */
};

/* The files of an export that is a directory. */
#define EXPORT_STREAM_FILE "stream"
#define EXPORT_METADATA_FILE "metadata"

enum {
	EXPORT_BINARY = 1u << 0,    /* not for terminals */
	EXPORT_SEEKS = 1u << 1,	    /* goes back in its output at the end: no pipes */
	EXPORT_DIRECTORY = 1u << 2, /* writes a directory of files */
};

struct exporter {
	const char *name;
	const char *description;
	unsigned traits;
	size_t state_size;
	int (*begin)(struct export *export, struct error *error); /* NULL = nothing to do */
	void (*moment)(struct export *export, const struct moment *moment);
	void (*end)(struct export *export, uint64_t ns); /* the end of the run; NULL = nothing to do */
};

extern const struct exporter *const exporters[]; /* ends with NULL */

/* NULL when there is none of that name. */
const struct exporter *exporter_find(const char *name);

struct export_result {
	uint64_t records;
	uint64_t disordered; /* time stamps before the last one, or after the run: shown at the time of the last one */
	bool damaged;	     /* the trace is, behind these records; `damage` says how */
	struct error damage;
};

/* Called every so many records, to show progress. */
typedef void export_progress(const struct trace_reader *reader, uint64_t records);

/*
 * Exports all of a trace. 0 when everything the trace holds has been written and `result` is filled; -1
 * with a line in *error when it has not: output->failure tells a failed write from other reasons.
 */
int export_trace(struct trace_reader *reader, const struct exporter *exporter, struct export_output *output,
		 int directory, export_progress *progress, struct export_result *result, struct error *error);

#endif

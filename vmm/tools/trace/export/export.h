/* SPDX-License-Identifier: MIT */
/*
 * Traces in other people's formats: what an exporter is, and the one timeline all of them are given: the moments of a
 * run, and its time in slices as `vmm trace stat` gives it out (tools/trace/stat/accounting.h).
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
#include "tools/trace/stat/accounting.h"

/* An exit record becomes two moments, the call of KVM_RUN and its return; an event becomes one. */
enum moment_kind { MOMENT_ENTRY, MOMENT_EXIT, MOMENT_EVENT };

/* Moments come in the order of their time, in nanoseconds from the start of the run. */
struct moment {
	enum moment_kind kind;
	const union record *record; /* entry: the next exit, NULL when the trace has none */
	uint64_t ns;
	uint64_t sequence;	 /* of the exit, counted from 1; entry: of the next exit */
	uint64_t guest_ns;	 /* exit: how long the guest ran before it */
	uint64_t vmm_ns;	 /* exit: how long the VMM took until the guest was entered again, without its sleep */
	uint64_t idle_ns;	 /* exit: how long the VMM slept meanwhile, because the guest had halted */
	bool handled;		 /* exit: vmm_ns is known; else it is 0 */
	unsigned cpl;		 /* exit: before it; event and entry: after it; CPL_UNKNOWN = not known */
	uint32_t pid;		 /* the process that runs; 0 = the kernel, or not known */
	int image;		 /* that process's program in the symbols, or IMAGE_UNKNOWN */
	const struct call *call; /* event: the last system call of the process it is about; NULL = not known */
	int about_image;	 /* event: that process's program in the symbols, or IMAGE_UNKNOWN */
	int next_image;		 /* event of a switch: the program of the process that gets the CPU, likewise */
};

/* One export under way. Everything that it points to outlives it. */
struct export
{
	const struct trace_clock *clock;
	const struct symbols *symbols;
	const char *environment;      /* lines of key=value */
	struct export_output *output; /* of an export that is a directory: the file EXPORT_STREAM_FILE */
	int directory;		      /* open for an exporter with EXPORT_DIRECTORY */
	void *state;		      /* the exporter's own: state_size bytes, zeroed at first */
};

/* The files of an export that is a directory. */
#define EXPORT_STREAM_FILE "stream"
#define EXPORT_METADATA_FILE "metadata"

enum {
	EXPORT_BINARY = 1u << 0,    /* the output is not for terminals */
	EXPORT_SEEKS = 1u << 1,	    /* goes back in the output at the end, so that it cannot be a pipe */
	EXPORT_DIRECTORY = 1u << 2, /* writes a directory of files */
};

struct exporter {
	const char *name;
	const char *description;
	unsigned traits;
	size_t state_size;
	int (*begin)(struct export *export, struct error *error); /* NULL = nothing to do */
	/* Whose time it was, without a gap: all up to a moment has been given before that moment. NULL = not of
	 * interest. */
	void (*slice)(struct export *export, const struct time_slice *slice);
	void (*moment)(struct export *export, const struct moment *moment);
	void (*end)(struct export *export, uint64_t ns); /* the end of the run; NULL = nothing to do */
};

/* X(format, name): a new one is a file export_FORMAT.c and a row here. */
/* clang-format off */
#define EXPORTERS(X) \
	X(perfetto, "perfetto") X(ctf, "ctf") X(tracecmd, "trace-cmd") X(ftrace, "ftrace") X(chrome, "chrome") X(csv, "csv")
/* clang-format on */

/* "perfetto|ctf|..." in the order of `exporters`. The macro makes "|perfetto|ctf", so the first | is skipped. */
#define EXPORT_FORMAT(format, name) "|" name
#define EXPORT_FORMATS (&EXPORTERS(EXPORT_FORMAT)[1])

extern const struct exporter *const exporters[]; /* ends with NULL */

/* The exporter of that name; NULL when there is none. */
const struct exporter *exporter_find(const char *name);

struct export_result {
	uint64_t records;
	uint64_t disordered; /* time stamps that are shown later or earlier than they say, to keep the order */
	bool damaged;	     /* the trace is damaged behind these records; `damage` says how */
	struct error damage;
};

/* Called now and again, to show progress. */
typedef void export_progress(const struct trace_reader *reader, uint64_t records);

/*
 * Exports a whole trace and fills `result`. `progress` may be NULL. -1 with a line in *error when not everything could
 * be written; output->failure is an errno when that was the reason, else 0.
 */
int export_trace(struct trace_reader *reader, const struct exporter *exporter, struct export_output *output,
		 int directory, export_progress *progress, struct export_result *result, struct error *error);

#endif

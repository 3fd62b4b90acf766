/* SPDX-License-Identifier: MIT */
/* A small trace and its export to a format. Used by test_export_formats.c and test_export_binary.c. */
#ifndef TESTS_UNIT_EXPORT_SAMPLE_H
#define TESTS_UNIT_EXPORT_SAMPLE_H

#include "base/array.h"
#include "record/trace_writer.h"
#include "tools/trace/export/export.h"
#include "tools/trace/export/export_fields.h"
#include "tools/trace/export/protobuf.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* With this clock a TSC tick is a nanosecond. */
static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .realtime_start = 1700000000000000007};

static const union record sample[] = {
	{.exit = {.tsc = 1001,
		  .entry = 501,
		  .rip = 0xffffffff80100000,
		  .address = 0x3f8,
		  .value = '"',
		  .frame = 0x12,
		  .kind = RINGSIDE_EXIT_IO,
		  .cpl_size = 1 << 4,
		  .flags = RECORD_WRITE | RECORD_INJECTED,
		  .vector = 32}},
	{.event = {.tsc = 2001, .a = 39, .b = 0x401000, .pid = 3, .kind = RECORD_EVENT + RINGSIDE_EVENT_SYSCALL}},
	{.exit = {.tsc = 5000000001, .entry = 1501, .kind = RINGSIDE_EXIT_HLT}},
};

static inline int anonymous_file(char path[32])
{
	int fd = memfd_create("export", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static inline struct trace_reader *trace_of(const union record *records, size_t count, const char *environment)
{
	struct trace_writer writer;
	struct error error;
	char path[32];

	int fd = anonymous_file(path);
	cr_assert_eq(trace_writer_open(&writer, path, &ns_clock, environment, NULL, &error), 0, "%s", error.text);
	for (size_t i = 0; i < count; i++)
		trace_writer_append(&writer, &records[i]);
	cr_assert_eq(trace_writer_close(&writer, 6000000001, &error), 0, "%s", error.text);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	close(fd);
	return reader;
}

static inline int export_records(const char *format, const union record *records, size_t count, int fd, int directory,
				 struct export_result *result)
{
	struct trace_reader *reader = trace_of(records, count, "host=a \"b\\\nbad line\nx\ty=\x01\xff\n");
	struct export_output *output = malloc(sizeof(*output));
	struct error error;

	cr_assert_not_null(output);
	output_start(output, fd);
	int status = export_trace(reader, exporter_find(format), output, directory, NULL, result, &error);
	free(output);
	trace_reader_close(reader);
	return status;
}

/* Returns the export of the sample to `format`. The caller must free() it. */
static inline char *sample_as(const char *format, size_t *size)
{
	struct export_result result;
	struct stat status;
	char path[32];
	int fd = anonymous_file(path);

	cr_assert_eq(export_records(format, sample, COUNT(sample), fd, -1, &result), 0);
	cr_assert_eq(result.records, COUNT(sample));
	cr_assert_not(result.damaged);
	fstat(fd, &status);
	*size = (size_t)status.st_size;
	char *bytes = calloc(1, *size + 1);
	cr_assert_eq(pread(fd, bytes, *size, 0), status.st_size);
	close(fd);
	return bytes;
}

#endif

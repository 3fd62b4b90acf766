/* SPDX-License-Identifier: MIT */
/* Makes and reads traces of numbered records in files without a name. Used by test_trace_*.c and test_export_formats.c.
 */
#ifndef TESTS_UNIT_TRACE_FILES_H
#define TESTS_UNIT_TRACE_FILES_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "record/trace_writer.h"
#include "tools/trace/read/trace_reader.h"

static const struct trace_clock test_clock = {.tsc_start = 100, .tsc_khz = 2400000, .realtime_start = 12345};

/* Makes a file without a name, which `path` opens. Returns its descriptor. */
static inline int anonymous_file(char path[32])
{
	int fd = memfd_create("trace", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static inline union record numbered(uint64_t n)
{
	union record record = {.exit = {.tsc = n + 1, .rip = ~n, .address = n * 3, .kind = (uint8_t)(n % 13)}};

	return record;
}

static inline void append_numbered(struct trace_writer *writer, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++) {
		union record record = numbered(n);
		trace_writer_append(writer, &record);
	}
}

/* Writes a complete trace of `count` records. */
static inline void write_trace(const char *path, uint64_t count)
{
	struct trace_writer writer;
	struct error error;

	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, "host=test\n", NULL, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, count);
	cr_assert_eq(trace_writer_close(&writer, 999, &error), 0, "%s", error.text);
}

/* Reads all records, which must be those of numbered(). Returns their number; *last is the reader's last return value.
 */
static inline uint64_t count_records(struct trace_reader *reader, int *last, struct error *error)
{
	union record record;
	uint64_t count = 0;

	while ((*last = trace_reader_next(reader, &record, error)) > 0) {
		union record expected = numbered(count++);
		cr_assert_eq(memcmp(&record, &expected, sizeof(record)), 0, "record %lu differs", count - 1);
	}
	return count;
}

static inline uint64_t count_in_file(const char *path, char note[80])
{
	struct error error;
	struct trace_reader *reader = trace_reader_open(path, &error);
	int last;

	cr_assert_not_null(reader, "%s", error.text);
	uint64_t count = count_records(reader, &last, &error);
	cr_assert_eq(last, 0);
	snprintf(note, 80, "%s", trace_reader_note(reader) != NULL ? trace_reader_note(reader) : "");
	trace_reader_close(reader);
	return count;
}

#define ASSERT_SAYS(text, words) cr_assert_not_null(strstr(text, words), "%s", text)

#endif

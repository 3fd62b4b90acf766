/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the reader of trace files, and the exporters, which read files themselves: any bytes as a trace, also a
 * compressed one. With FUZZ_FAST an input goes to one exporter or to none, as its bytes choose. What is made of the
 * records is the matter of fuzz_views.c. Run by tests/fuzz/run.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fast.h"
#include "tools/trace/export/export.h"
#include "tools/trace/read/trace_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The output and the file that holds the trace; set up once. */
static struct {
	int null, trace, directory;
	char path[32], directory_path[32];
	struct export_output output;
} places;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool read_trace(const char *path)
{
	union record record;
	struct error error;
	uint64_t offset;
	struct trace_reader *reader = trace_reader_open(path, &error);

	if (reader == NULL)
		return false;
	check(trace_reader_clock(reader) != NULL);
	symbols_lookup(trace_reader_symbols(reader), 1, 0x401000, &offset);
	while (trace_reader_next(reader, &record, &error) > 0)
		;
	trace_reader_note(reader);
	trace_reader_close(reader);
	return true;
}

static void export(const char *path, const struct exporter *exporter, struct export_output *output, int directory)
{
	struct export_result result;
	struct error error;
	struct trace_reader *reader = trace_reader_open(path, &error);

	check(reader != NULL);
	output_start(output, places.null);
	check(export_trace(reader, exporter, output, directory, NULL, &result, &error) == 0);
	trace_reader_close(reader);
}

static void clean_up(void)
{
	unlinkat(places.directory, "metadata", 0);
	rmdir(places.directory_path);
}

static void set_up(void)
{
	places.null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	places.trace = memfd_create("trace", MFD_CLOEXEC);
	snprintf(places.path, sizeof(places.path), "/proc/self/fd/%d", places.trace);
	snprintf(places.directory_path, sizeof(places.directory_path), "/tmp/ringside-fuzz-XXXXXX");
	check(mkdtemp(places.directory_path) != NULL);
	places.directory = open(places.directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(places.null >= 0 && places.trace >= 0 && places.directory >= 0);
	atexit(clean_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static size_t exporter_count;

	if (exporter_count == 0) {
		set_up();
		while (exporters[exporter_count] != NULL)
			exporter_count++;
	}
	check(pwrite(places.trace, data, size, 0) == (ssize_t)size && ftruncate(places.trace, (off_t)size) == 0);
	if (!read_trace(places.path))
		return 0;
	/* Half of the things to choose are to export nothing. */
	const size_t chosen = fuzz_choose(data, size, 2 * exporter_count);
	for (size_t i = 0; i < exporter_count; i++)
		if (fuzz_wants(i, chosen))
			export(places.path, exporters[i], &places.output, places.directory);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as a trace file, printed and added up, and as an ELF file and an archive
 * whose symbols are wanted.
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=gnu17 -D_GNU_SOURCE -Iinclude -Ivmm
 *         tests/fuzz/fuzz_trace.c vmm/trace/(all).c vmm/util/error.c -o fuzz_trace
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/file.h"
#include "trace/stat.h"
#include "trace/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_trace(struct trace_reader *reader, FILE *out)
{
	struct text_printer *printer = text_new(out, trace_reader_clock(reader), trace_reader_symbols(reader), true);
	struct trace_stat stat;
	struct error error;
	union record record;

	stat_init(&stat);
	while (trace_reader_next(reader, &record, &error) > 0) {
		text_record(printer, &record);
		stat_record(&stat, &record);
	}
	text_free(printer);
	stat_print(&stat, trace_reader_clock(reader), out);
	stat_print_json(&stat, trace_reader_clock(reader), out);
}

static void read_symbols(const uint8_t *data, size_t size)
{
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	symbols_add_elf(symbols, "kernel", 0, data, size);
	symbols_add_archive(symbols, data, size);
	for (uint64_t address = 0; address < 64; address++)
		symbols_lookup(symbols, (int)(address % 3), address << address, &offset);
	symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *out;
	static int file = -1;
	static char path[32];
	struct error error;

	if (out == NULL) {
		out = fopen("/dev/null", "w");
		file = memfd_create("trace", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	if (out == NULL || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	struct trace_reader *reader = trace_reader_open(path, &error);
	if (reader != NULL)
		read_trace(reader, out);
	trace_reader_close(reader);
	read_symbols(data, size);
	return 0;
}

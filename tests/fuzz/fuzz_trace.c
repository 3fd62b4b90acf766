/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as a trace file, printed, filtered, checked and added up, as a filter, and as
 * an ELF file and an archive whose symbols and code are wanted.
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=gnu17 -D_GNU_SOURCE -Iinclude -Ivmm
 *         tests/fuzz/fuzz_trace.c vmm/trace/(all).c vmm/util/error.c -o fuzz_trace
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/check.h"
#include "trace/file.h"
#include "trace/filter.h"
#include "trace/image_file.h"
#include "trace/profile.h"
#include "trace/stat.h"
#include "trace/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, uint64_t record, const char *what)
{
	(void)context, (void)record, (void)what;
}

/* A filter that asks for every field. */
static struct filter *every_field(const struct symbols *symbols)
{
	const char expression[] =
		"kind==vmexit && reason!=IO || name==write || pid!=2 && cpl==3 || exit>1 || time>1ms || "
		"guest<1us || vmm>1us || port==1 || address!=0 || value!=0 || size==1 || rip>1 || "
		"cr3!=0 || vector==PF || syscall==read || result<0 || write || unclaimed || string || "
		"injected || window || waited";
	struct error error;
	size_t column;
	struct filter *filter = filter_new(expression, symbols, &error, &column);

	if (filter == NULL)
		abort();
	return filter;
}

static void print_profile(struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	profile_end(profile);
	profile_print(profile, clock, out);
	profile_print_json(profile, clock, out);
	profile_print_csv(profile, clock, out);
}

static void read_trace(struct trace_reader *reader, FILE *out)
{
	const struct trace_clock *clock = trace_reader_clock(reader);
	const struct symbols *symbols = trace_reader_symbols(reader);
	struct text_printer *printer = text_new(out, clock, symbols, true),
			    *filtered = text_new(out, clock, symbols, false);
	struct profile *profile = profile_new(symbols);
	struct check *check = check_new(ignore, NULL);
	struct filter *filter = every_field(symbols);
	struct trace_stat stat;
	struct error error;
	union record record;

	stat_init(&stat);
	text_filter(filtered, filter);
	while (trace_reader_next(reader, &record, &error) > 0) {
		text_record(printer, &record);
		text_record(filtered, &record);
		stat_record(&stat, &record);
		profile_record(profile, &record);
		check_record(check, &record);
	}
	text_flush(filtered);
	text_free(printer);
	text_free(filtered);
	stat_print(&stat, clock, out);
	stat_print_json(&stat, clock, out);
	print_profile(profile, clock, out);
	profile_free(profile);
	check_free(check);
	filter_free(filter);
}

/* The bytes as an expression; a good one is asked about a record, an error is inside the text. */
static void read_filter(const uint8_t *data, size_t size)
{
	const struct trace_clock clock = {.tsc_khz = 1};
	const union record record = {.exit = {.tsc = 1}};
	char *expression = strndup((const char *)data, size);
	struct error error;
	size_t column;
	struct filter *filter = filter_new(expression, NULL, &error, &column);

	if (filter != NULL)
		filter_matches(filter, &(struct filter_facts){.record = &record, .clock = &clock});
	else if (column > strlen(expression))
		abort();
	filter_free(filter);
	free(expression);
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
	elf_code((struct bytes){data, size}, 0x1000);
	image_file_initrd((struct bytes){data, size});
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
	read_filter(data, size);
	read_symbols(data, size);
	return 0;
}

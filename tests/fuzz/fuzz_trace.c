/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the readers of trace files: any bytes as a trace, which is printed, filtered, checked, summed, made into a
 * protocol and a report, and exported to every format. Run by tests/fuzz/run.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/exit_stat.h"
#include "text/text.h"
#include "tools/trace/check/check.h"
#include "tools/trace/export/export.h"
#include "tools/trace/filter/filter.h"
#include "tools/trace/protocol/protocol.h"
#include "tools/trace/read/trace_reader.h"
#include "tools/trace/report/report.h"
#include "tools/trace/stat/profile.h"

/* A terminal that has room for few columns, and no UTF-8. */
static const struct tty_style narrow = {.width = 50, .colour = true, .ascii = true};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REPORT_RECORDS = 100 };

/* The output and the file that holds the trace; set up once. */
static struct {
	FILE *out;
	int null, trace, directory;
	char path[32], directory_path[32];
	struct export_output output;
} places;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void ignore(void *context, uint64_t record, const char *what)
{
	(void)context, (void)record, (void)what;
}

/* Returns a filter that uses every field. */
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

	check(filter != NULL);
	return filter;
}

static void put_table(struct protocol_table table, enum protocol protocol, struct page *page)
{
	struct json_writer json;

	check(table.rows != NULL || table.count == 0);
	protocol_print(&table, "title", protocol, true, page);
	json_start(&json, page->out);
	protocol_put_json(&json, NULL, &table);
	protocol_table_free(&table);
}

static void put_protocol(struct protocol_log *log, struct page *page)
{
	check(protocol_end(log) == 0);
	int from = protocol_choose(log), to = protocol_partner(log, from);
	for (enum protocol protocol = 0; protocol < PROTOCOL_COUNT; protocol++) {
		put_table(protocol_boot(log, protocol), protocol, page);
		if (from >= 0)
			put_table(protocol_life(log, protocol, from), protocol, page);
	}
	if (from >= 0 && to >= 0)
		put_table(protocol_switch(log, from, to), PROTOCOL_TIMER, page);
}

static void put_sums(struct profile *profile, const struct exit_stat *stat, const struct trace_clock *clock,
		     struct page *page)
{
	profile_end(profile);
	profile_print(profile, clock, page);
	profile_print_json(profile, clock, page->out);
	profile_print_csv(profile, clock, page->out);
	stat_print(stat, clock, page);
	stat_print_json(stat, clock, page->out);
}

struct readers {
	struct text_printer *printer, *filtered;
	struct filter *filter;
	struct profile *profile;
	struct check *check;
	struct protocol_log *protocol;
	struct report *report;
	struct exit_stat stat;
};

static void start(struct readers *readers, const struct trace_reader *reader, FILE *out)
{
	const struct trace_clock *clock = trace_reader_clock(reader);
	const struct symbols *symbols = trace_reader_symbols(reader);

	readers->printer = text_new(out, clock, symbols, (struct tty_style){.colour = true});
	readers->filtered = text_new(out, clock, symbols, narrow);
	readers->filter = every_field(symbols);
	text_choose(readers->filtered, filter_choice(readers->filter));
	readers->profile = profile_new(symbols);
	readers->check = check_new(ignore, NULL);
	readers->protocol = protocol_new(clock, symbols);
	readers->report = report_new(clock, symbols, trace_reader_environment(reader), REPORT_RECORDS);
	stat_init(&readers->stat);
}

static void feed(struct readers *readers, const union record *record)
{
	text_record(readers->printer, record);
	text_record(readers->filtered, record);
	stat_record(&readers->stat, record);
	profile_record(readers->profile, record);
	check_record(readers->check, record);
	protocol_record(readers->protocol, record);
	report_record(readers->report, record);
}

static void end(struct readers *readers, const struct trace_clock *clock, FILE *out)
{
	struct page page;

	text_end(readers->printer);
	text_end(readers->filtered);
	page_start(&page, out, narrow);
	put_sums(readers->profile, &readers->stat, clock, &page);
	put_protocol(readers->protocol, &page);
	page_end(&page);
	check(report_write(readers->report, out) == 0);
	text_free(readers->printer);
	text_free(readers->filtered);
	filter_free(readers->filter);
	profile_free(readers->profile);
	check_free(readers->check);
	protocol_free(readers->protocol);
	report_free(readers->report);
}

static bool read_trace(const char *path, FILE *out)
{
	struct readers readers;
	union record record;
	struct error error;
	struct trace_reader *reader = trace_reader_open(path, &error);

	if (reader == NULL)
		return false;
	start(&readers, reader, out);
	while (trace_reader_next(reader, &record, &error) > 0)
		feed(&readers, &record);
	end(&readers, trace_reader_clock(reader), out);
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
	places.out = fopen("/dev/null", "w");
	places.null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	places.trace = memfd_create("trace", MFD_CLOEXEC);
	snprintf(places.path, sizeof(places.path), "/proc/self/fd/%d", places.trace);
	snprintf(places.directory_path, sizeof(places.directory_path), "/tmp/ringside-fuzz-XXXXXX");
	check(mkdtemp(places.directory_path) != NULL);
	places.directory = open(places.directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(places.out != NULL && places.null >= 0 && places.trace >= 0 && places.directory >= 0);
	atexit(clean_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (places.out == NULL)
		set_up();
	check(ftruncate(places.trace, 0) == 0 && pwrite(places.trace, data, size, 0) == (ssize_t)size);
	if (!read_trace(places.path, places.out))
		return 0;
	for (const struct exporter *const *exporter = exporters; *exporter != NULL; exporter++)
		export(places.path, *exporter, &places.output, places.directory);
	return 0;
}

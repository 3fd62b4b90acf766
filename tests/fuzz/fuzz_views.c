/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what is made of a trace's records: any bytes as records, which are printed, filtered, checked, summed, and
 * compared, and made into a protocol, a flame graph and reports. With FUZZ_FAST one of these views, and the tables of
 * one protocol, are taken for each input, chosen by the input's bytes. An input may begin with the header of a trace
 * file, which gives the clock. Run by tests/fuzz/run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fast.h"
#include "record/trace_format.h"
#include "text/exit_stat.h"
#include "text/text.h"
#include "tools/trace/check/check.h"
#include "tools/trace/diff/diff.h"
#include "tools/trace/explain/explain.h"
#include "tools/trace/filter/filter.h"
#include "tools/trace/flame/flame.h"
#include "tools/trace/print/print_json.h"
#include "tools/trace/protocol/protocol.h"
#include "tools/trace/report/report.h"
#include "tools/trace/report/report_pair.h"
#include "tools/trace/stat/call_print.h"
#include "tools/trace/stat/profile.h"

/* A terminal that has room for few columns, and no UTF-8. */
static const struct tty_style narrow = {.width = 50, .colour = true, .ascii = true};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	REPORT_RECORDS = 100,
	TSC_KHZ = 1000000,
	REPORTS_A_PAGE = 128, /* of so many reports one is written as a page, most of which is the same in each */
	SINK_SIZE = 1 << 20,
};

static size_t chosen, chosen_protocol; /* for this input, with FUZZ_FAST */
static bool wants_page;

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
		if (!fuzz_wants(protocol, chosen_protocol))
			continue;
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
	calls_print(profile, clock, page);
	stat_print(stat, clock, page);
	stat_print_json(stat, clock, page->out);
}

/* What can be made of records. */
enum view { TEXT, SUMS, CHECK, PROTOCOL, REPORT, DIFF, EXPLAIN, FLAME, VIEWS };

struct readers {
	struct text_printer *printer, *filtered, *writer;
	struct print_json json;
	struct profile *profile;
	struct check *check;
	struct protocol_log *protocol;
	struct report *report;
	struct flame *flame;
	struct file_header header; /* for the report */
	struct exit_stat stat;
};

/* Whether this input is for `view`. */
static bool wanted(enum view view)
{
	return fuzz_wants(view, chosen);
}

static void start(struct readers *readers, const struct trace_clock *clock, const struct symbols *symbols, FILE *out)
{
	static struct filter *filter; /* the same for all inputs; to compile it takes as long as all the rest */

	if (filter == NULL)
		filter = every_field(symbols);
	*readers = (struct readers){.header.clock = *clock};
	if (wanted(TEXT)) {
		readers->printer = text_new(out, clock, symbols, (struct tty_style){.colour = true});
		readers->filtered = text_new(out, clock, symbols, narrow);
		text_choose(readers->filtered, filter_choice(filter));
		readers->writer = text_new(out, clock, symbols, narrow);
		print_json_start(&readers->json, out, true, true);
		text_set_writer(readers->writer, print_json_writer(&readers->json));
	}
	if (wanted(SUMS))
		readers->profile = profile_new(symbols, NULL);
	if (wanted(CHECK))
		readers->check = check_new(ignore, NULL);
	if (wanted(PROTOCOL))
		readers->protocol = protocol_new(&readers->header, symbols);
	if (wanted(REPORT))
		readers->report = report_new(&readers->header, symbols, NULL, REPORT_RECORDS);
	if (wanted(FLAME))
		readers->flame = flame_new(&readers->header.clock, symbols);
	stat_init(&readers->stat);
}

static void feed(struct readers *readers, const union record *record)
{
	if (wanted(TEXT)) {
		text_record(readers->printer, record);
		text_record(readers->filtered, record);
		text_record(readers->writer, record);
	}
	if (wanted(SUMS)) {
		stat_record(&readers->stat, record);
		profile_record(readers->profile, record);
	}
	if (wanted(CHECK))
		check_record(readers->check, record);
	if (wanted(PROTOCOL))
		protocol_record(readers->protocol, record);
	if (wanted(REPORT))
		report_record(readers->report, record);
	if (wanted(FLAME))
		flame_record(readers->flame, record);
}

static void end(struct readers *readers, const struct trace_clock *clock, FILE *out)
{
	struct page page;

	if (wanted(TEXT)) {
		text_end(readers->printer);
		text_end(readers->filtered);
		text_end(readers->writer);
		text_free(readers->printer);
		text_free(readers->filtered);
		text_free(readers->writer);
	}
	page_start(&page, out, narrow);
	if (wanted(SUMS)) {
		put_sums(readers->profile, &readers->stat, clock, &page);
		profile_free(readers->profile);
	}
	if (wanted(PROTOCOL)) {
		put_protocol(readers->protocol, &page);
		protocol_free(readers->protocol);
	}
	page_end(&page);
	if (wanted(REPORT)) {
		check(!wants_page || report_write(readers->report, out) == 0);
		report_free(readers->report);
	}
	if (wanted(CHECK))
		check_free(readers->check);
	if (wanted(FLAME)) {
		flame_end(readers->flame);
		flame_print_folded(readers->flame, FLAME_TIME, out);
		flame_print_svg(readers->flame, FLAME_EXITS, out);
		flame_free(readers->flame);
	}
}

/* Takes the header of a trace file away from the front of an input, if there is one. */
static struct trace_clock take_header(const uint8_t **data, size_t *size)
{
	struct file_header header;

	if (*size < sizeof(header) || memcmp(*data, FILE_MAGIC, sizeof(header.magic)) != 0)
		return (struct trace_clock){.tsc_khz = TSC_KHZ};
	memcpy(&header, *data, sizeof(header));
	const size_t length = header.header_size < *size ? header.header_size : *size;
	*data += length;
	*size -= length;
	if (header.clock.tsc_khz == 0)
		header.clock.tsc_khz = TSC_KHZ; /* no reader takes a trace without a frequency */
	return header.clock;
}

/* Takes the next record that `side` of a comparison has: B lacks some that A has. False at the end. */
static bool next_of_side(const uint8_t *data, size_t size, unsigned side, size_t *at, union record *record)
{
	do {
		if (size - *at < sizeof(*record))
			return false;
		memcpy(record, data + *at, sizeof(*record));
		*at += sizeof(*record);
	} while (side == DIFF_B && record->exit.tsc % 8 == 0);
	return true;
}

/* The page of both sides of a comparison that has ended. */
static void put_pair(const struct diff *diff, const uint8_t *data, size_t size, const struct trace_clock *clock,
		     const struct symbols *symbols, FILE *out)
{
	const struct file_header header = {.clock = *clock};
	struct report_pair pair = {.diff = diff};
	union record record;

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		pair.reports[side] = report_new(&header, symbols, NULL, REPORT_RECORDS);
		pair.files[side] = "run.trace";
		for (size_t at = 0; next_of_side(data, size, side, &at, &record);)
			report_record(pair.reports[side], &record);
	}
	check(report_pair_write(&pair, out) == 0);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		report_free(pair.reports[side]);
}

static void put_diff(const uint8_t *data, size_t size, const struct trace_clock *clock, const struct symbols *symbols,
		     FILE *out)
{
	struct diff *diff = diff_new((const struct trace_clock *const[]){clock, clock},
				     (const struct symbols *const[]){symbols, symbols});
	union record record;
	struct page page;

	check(diff != NULL);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		for (size_t at = 0; next_of_side(data, size, side, &at, &record);)
			diff_record(diff, side, &record);
	check(diff_end(diff) == 0);
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		check(diff_search_begin(diff, side) == 0);
		for (size_t at = 0; next_of_side(data, size, side, &at, &record) && diff_search_record(diff, &record);)
			;
	}
	diff_search_end(diff);
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		uint64_t number = 0;
		for (size_t at = 0; next_of_side(data, size, side, &at, &record); number++)
			if (diff_next_place(diff, side, number) == number)
				diff_set_place(diff, side, number, &record);
	}
	page_start(&page, out, narrow);
	diff_print(diff, &page);
	page_end(&page);
	if (wants_page)
		put_pair(diff, data, size, clock, symbols, out);
	diff_free(diff);
}

static void put_explained(const uint8_t *data, size_t size, const struct trace_clock *clock,
			  const struct symbols *symbols, FILE *out)
{
	char *text = NULL;
	size_t length;
	FILE *lines = open_memstream(&text, &length);
	struct explainer *explainer = explainer_new((struct text_choice){0}, UINT64_MAX);
	struct text_printer *printer = text_new(lines, clock, symbols, narrow);
	union record record;
	struct page page;

	check(lines != NULL && explainer != NULL && printer != NULL);
	page_start(&page, out, narrow);
	text_choose(printer, explainer_choice(explainer));
	for (size_t at = 0; next_of_side(data, size, DIFF_A, &at, &record);)
		text_record(printer, &record);
	text_flush(printer);
	explainer_take_lines(explainer, text != NULL ? text : "");
	explainer_print(explainer, "", true, &page);
	text_free(printer);
	explainer_free(explainer);
	fclose(lines);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *out;
	static struct symbols *symbols;
	const struct trace_clock clock = take_header(&data, &size);
	struct readers readers;
	union record record;

	if (out == NULL) {
		out = fopen("/dev/null", "w");
		symbols = symbols_new();
		check(out != NULL && symbols != NULL && setvbuf(out, NULL, _IOFBF, SINK_SIZE) == 0);
	}
	chosen = fuzz_choose(data, size, VIEWS);
	chosen_protocol = fuzz_choose(data, size, VIEWS * PROTOCOL_COUNT) / VIEWS;
	wants_page = fuzz_choose(data, size, VIEWS * REPORTS_A_PAGE) / VIEWS == 0;
	if (wanted(DIFF))
		put_diff(data, size, &clock, symbols, out);
	if (wanted(EXPLAIN))
		put_explained(data, size, &clock, symbols, out);
	start(&readers, &clock, symbols, out);
	for (; size >= sizeof(record); data += sizeof(record), size -= sizeof(record)) {
		memcpy(&record, data, sizeof(record));
		feed(&readers, &record);
	}
	end(&readers, &clock, out);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Packs records for the page as they come, 5 to 8 bytes each as a rule, and writes the page: its data are ASCII that is
 * safe within an HTML element. See report.h, and docs/report.md for the data.
 */
#include "tools/trace/report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "text/address_spaces.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/exit_stat.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/protocol/protocol.h"
#include "tools/trace/read/trace_environment.h"
#include "tools/trace/report/intern.h"
#include "tools/trace/report/report_facts.h"
#include "tools/trace/report/report_pack.h"
#include "tools/trace/report/report_page.h"
#include "tools/trace/report/report_parts.h"
#include "tools/trace/stat/profile.h"

enum {
	DIFFERENT_MAX = 1 << 16, /* strings, and shapes; further ones are shown without detail */
	TABLES_MAX = 64,	 /* processes whose protocol tables are on the page */
	PARTNERS_MAX = 64,	 /* pairs of them */
	KEY_MAX = 63,		 /* bytes shown of a key of the environment, */
	VALUE_MAX = 511,	 /* and of its value */
};

/* All that a record says but its times. Compared as bytes, so that there must be no padding. */
struct shape {
	uint32_t kind;
	uint32_t pid;
	uint32_t cpl;
	uint32_t detail; /* the numbers of strings */
	uint32_t place;
	uint32_t facts; /* the number of what a filter can ask */
};

_Static_assert(sizeof(struct shape) == 6 * sizeof(uint32_t), "no padding");

struct report {
	const struct trace_clock *clock;
	const char *note; /* NULL = there is nothing to note */
	const struct symbols *symbols;
	const char *environment;
	uint64_t limit, records, left_out;
	bool no_memory;
	struct intern strings, shapes;
	struct facts facts;
	struct pack packed; /* of each record: shape, ns since the previous record, of an exit ns in the guest */
	uint64_t last_ns;
	struct processes processes;
	struct calls calls;
	struct protocol_log *protocol;
	struct profile *profile;
};

struct report *report_new(const struct file_header *header, const struct symbols *symbols, const char *environment,
			  uint64_t limit)
{
	struct report *report = calloc(1, sizeof(*report));

	if (report == NULL)
		return NULL;
	*report = (struct report){
		.clock = &header->clock, .symbols = symbols, .environment = environment, .limit = limit};
	report->protocol = protocol_new(header, symbols);
	report->profile = profile_new(symbols, header);
	if (report->protocol == NULL || report->profile == NULL || intern(&report->strings, "", 0) != 0) {
		report_free(report);
		return NULL;
	}
	return report;
}

void report_free(struct report *report)
{
	if (report == NULL)
		return;
	protocol_free(report->protocol);
	profile_free(report->profile);
	intern_free(&report->strings);
	intern_free(&report->shapes);
	facts_free(&report->facts);
	free(report->packed.bytes);
	free(report);
}

/* ---- keeping each different thing once ---- */

/*
 * The number of a string that has come before, or of a new one while there are fewer than `limit`; else INTERN_FAILED.
 */
static uint32_t keep(struct report *report, struct intern *set, const void *bytes, size_t size, uint32_t limit)
{
	uint32_t number = set->count < limit ? intern(set, bytes, size) : intern_find(set, bytes, size);

	report->no_memory |= number == INTERN_FAILED && set->count < limit;
	return number;
}

static uint32_t keep_string(struct report *report, const struct layout *line)
{
	uint32_t number = keep(report, &report->strings, line->text, line->length, DIFFERENT_MAX);

	return number != INTERN_FAILED ? number : 0;
}

/*
 * Past the limit a shape is kept without its detail, past twice the limit without its process; then there are few left.
 */
static uint32_t keep_shape(struct report *report, struct shape shape)
{
	uint32_t number = keep(report, &report->shapes, &shape, sizeof(shape), DIFFERENT_MAX);

	if (number == INTERN_FAILED) {
		shape.detail = shape.place = shape.facts = 0;
		number = keep(report, &report->shapes, &shape, sizeof(shape), 2 * DIFFERENT_MAX);
	}
	if (number == INTERN_FAILED) {
		shape.pid = 0;
		number = keep(report, &report->shapes, &shape, sizeof(shape), UINT32_MAX);
	}
	return number != INTERN_FAILED ? number : 0;
}

/* ---- what a record says ---- */

/* Keeps "main+0x67 (sieve) 0x4012f7". */
static uint32_t keep_place(struct report *report, const struct process *process, bool user, uint64_t address)
{
	int image = place_image(process_image(process), user, address);
	struct layout line;

	layout_start(&line, TTY_FILE);
	if (place_put(&line, report->symbols, image, address))
		layout_text(&line, " ");
	layout_hex(&line, "", address);
	return keep_string(report, &line);
}

static uint32_t keep_facts(struct report *report, const union record *record, const struct process *process)
{
	uint32_t number = facts_keep(&report->facts, &(struct text_moment){.record = record,
									   .clock = report->clock,
									   .symbols = report->symbols,
									   .process = process,
									   .cpl = record_cpl(record)});

	report->no_memory |= number == INTERN_FAILED;
	return number;
}

static struct shape shape_of_exit(struct report *report, const struct exit_record *exit)
{
	const struct process *process = processes_by_frame(&report->processes, exit->frame);
	struct shape shape = {.kind = exit->kind, .cpl = exit_cpl(exit)};
	struct layout line;

	layout_start(&line, TTY_FILE);
	detail_exit(&line, exit, DETAIL_TIME_UNKNOWN);
	shape.detail = keep_string(report, &line);
	shape.place = keep_place(report, process, shape.cpl == CPL_USER, exit->rip);
	shape.facts = keep_facts(report, (const union record *)exit, process);
	shape.pid = process != NULL ? process->pid : 0;
	return shape;
}

static struct shape shape_of_event(struct report *report, const struct event_record *event)
{
	const struct process *process = processes_by_pid(&report->processes, event->pid);
	struct shape shape = {.kind = event->kind, .pid = event->pid, .cpl = record_cpl((const union record *)event)};
	struct layout line;
	uint64_t address;

	layout_start(&line, TTY_FILE);
	detail_event(&line, event, report->symbols, calls_find(&report->calls, event->pid), NULL);
	shape.detail = keep_string(report, &line);
	if (detail_event_address(event, &address))
		shape.place = keep_place(report, process, true, address);
	shape.facts = keep_facts(report, (const union record *)event, process);
	return shape;
}

static struct shape shape_of(struct report *report, const union record *record)
{
	if (!record_is_event(record))
		return shape_of_exit(report, &record->exit);
	calls_learn(&report->calls, &record->event);
	struct shape shape = shape_of_event(report, &record->event);
	processes_learn(&report->processes, &record->event, report->symbols);
	return shape;
}

void report_record(struct report *report, const union record *record)
{
	profile_record(report->profile, record);
	if (report->records == report->limit) {
		report->left_out++;
		return;
	}
	if (!pack_reserve(&report->packed, 3)) {
		report->no_memory = true;
		return;
	}
	uint64_t ns = trace_clock_ns(report->clock, record->exit.tsc);
	if (ns < report->last_ns)
		ns = report->last_ns;
	pack_number(&report->packed, keep_shape(report, shape_of(report, record)));
	pack_number(&report->packed, ns - report->last_ns);
	if (!record_is_event(record)) {
		uint64_t entry = trace_clock_ns(report->clock, record->exit.entry);
		pack_number(&report->packed, entry < ns ? ns - entry : 0);
	}
	report->last_ns = ns;
	report->records++;
	protocol_record(report->protocol, record);
}

void report_note(struct report *report, const char *note)
{
	report->note = note;
}

uint64_t report_left_out(const struct report *report)
{
	return report->left_out;
}

/* ---- the data on the page ---- */

/* Who runs after an event: the program (1), the OS (-1), or whoever ran before (0). */
static int direction(unsigned event, enum protocol protocol)
{
	bool direct = protocol == PROTOCOL_DIRECT;

	switch (event) {
	case RINGSIDE_EVENT_RETURN:
	case RINGSIDE_EVENT_CALL_MAIN:
		return 1;
	case RINGSIDE_EVENT_SYSCALL_RESULT: /* with direct execution a service returns to the program like any function
					     */
		return direct ? 1 : 0;
	case RINGSIDE_EVENT_EXCEPTION: /* with direct execution no event tells of its end */
		return direct ? 0 : -1;
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_SERVICE:
	case RINGSIDE_EVENT_INTERRUPT:
	case RINGSIDE_EVENT_RESTORE:
	case RINGSIDE_EVENT_MAIN_RETURN:
		return -1;
	default:
		return 0;
	}
}

/* The names of an event's arguments, without the sign that says how they are printed. */
static void write_arguments(unsigned event, struct json_writer *json)
{
	json_begin_array(json, "arguments");
	for (unsigned i = 0; i < 2; i++) {
		const char *name = event_argument(event, i);
		json_put_string(json, NULL, name + strspn(name, "@#"));
	}
	json_end(json);
}

static void write_kinds(const struct report *report, struct json_writer *json)
{
	enum protocol protocol = protocol_seen(report->protocol);
	char number[16];

	json_begin_object(json, "kinds");
	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++) {
		if (exit_name(i) == NULL)
			continue;
		snprintf(number, sizeof(number), "%u", i);
		json_begin_object(json, number);
		json_put_string(json, "name", exit_name(i));
		json_put_bool(json, "exit", true);
		json_end(json);
		json_next_line(json, 0);
	}
	for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++) {
		snprintf(number, sizeof(number), "%u", RECORD_EVENT + i);
		json_begin_object(json, number);
		json_put_string(json, "name", event_name(i));
		json_put_string(json, "step", event_step(i));
		write_arguments(i, json);
		json_put_signed(json, "to", direction(i, protocol));
		json_put_bool(json, "vmm", i >= RINGSIDE_EVENT_GUEST_COUNT);
		json_put_bool(json, "absence", i >= RINGSIDE_EVENT_HOST_TOOK && i <= RINGSIDE_EVENT_HOST_HALT);
		json_put_bool(json, "more", i == RINGSIDE_EVENT_ARGUMENTS || i == RINGSIDE_EVENT_FAULT);
		json_end(json);
		if (i + 1 < RINGSIDE_EVENT_COUNT)
			json_next_line(json, 0);
	}
	json_end(json);
}

static void write_strings(const struct report *report, struct json_writer *json)
{
	json_begin_array(json, "strings");
	for (uint32_t i = 0; i < report->strings.count; i++) {
		if (i > 0)
			json_next_line(json, 0);
		json_put_string(json, NULL, intern_at(&report->strings, i));
	}
	json_end(json);
}

static void write_shapes(const struct report *report, struct json_writer *json)
{
	json_begin_array(json, "shapes");
	json->compact = true;
	for (uint32_t i = 0; i < report->shapes.count; i++) {
		struct shape shape;
		memcpy(&shape, intern_at(&report->shapes, i), sizeof(shape));
		if (i > 0)
			json_next_line(json, 0);
		json_put_unsigned(json, NULL, shape.kind);
		json_put_unsigned(json, NULL, shape.pid);
		json_put_unsigned(json, NULL, shape.cpl);
		json_put_unsigned(json, NULL, shape.detail);
		json_put_unsigned(json, NULL, shape.place);
		json_put_unsigned(json, NULL, shape.facts);
	}
	json->compact = false;
	json_end(json);
}

static void write_environment(const struct report *report, struct json_writer *json)
{
	const char *lines = report->environment != NULL ? report->environment : "";
	struct environment_pair pair;

	json_begin_array(json, "environment");
	for (bool first = true; environment_next(&lines, &pair); first = false) {
		if (!first)
			json_next_line(json, 0);
		json_begin_array(json, NULL);
		json_put_text(json, NULL, pair.key, pair.key_length < KEY_MAX ? pair.key_length : KEY_MAX);
		json_put_text(json, NULL, pair.value != NULL ? pair.value : "",
			      pair.value_length < VALUE_MAX ? pair.value_length : VALUE_MAX);
		json_end(json);
	}
	json_end(json);
}

/* ---- statistics ---- */

/* The buckets of a distribution that hold anything: each followed by how many it holds. */
static void write_buckets(const struct histogram *histogram, struct json_writer *json)
{
	json_begin_array(json, "buckets");
	json->compact = true;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (histogram->buckets[i] == 0)
			continue;
		json_put_unsigned(json, NULL, i);
		json_put_unsigned(json, NULL, histogram->buckets[i]);
	}
	json->compact = false;
	json_end(json);
}

/* Of exits how long the VMM handled them, of traps how long they took. */
static void write_distributions(const struct profile *profile, struct json_writer *json)
{
	char name[32];
	size_t count;

	json_begin_array(json, "distributions");
	for (enum profile_table table = 0; table < TABLE_COUNT; table++) {
		const struct profile_row *rows = profile_rows(profile, table, &count);
		for (unsigned i = 0; i < count; i++) {
			const struct histogram *times = table == TABLE_EXITS ? rows[i].vmm : rows[i].elapsed;
			if (times == NULL)
				continue;
			profile_row_name(table, i, name, sizeof(name));
			json_next_line(json, 0);
			json_begin_object(json, NULL);
			json_put_string(json, "table", profile_table_name(table));
			json_put_string(json, "name", name);
			write_buckets(times, json);
			json_end(json);
		}
	}
	json_end(json);
}

static void write_sums(const struct report *report, struct json_writer *json)
{
	json_put_real(json, "ns_per_tick", stat_ns(report->clock, 1), 17);
	json_begin_object(json, "stat");
	profile_put_json(report->profile, report->clock, json);
	json_end(json);
	json_next_line(json, 0);
	write_distributions(report->profile, json);
}

/* ---- protocol tables ---- */

static void write_table(struct json_writer *json, const char *name, struct protocol_table table)
{
	protocol_put_json(json, name, &table);
	protocol_table_free(&table);
}

static void write_columns(enum protocol protocol, struct json_writer *json)
{
	for (unsigned boot = 0; boot < 2; boot++) {
		json_begin_array(json, boot ? "boot_columns" : "columns");
		for (unsigned i = 0; i < PROTOCOL_COLUMNS; i++)
			json_put_string(json, NULL, protocol_column_title(protocol, i, boot));
		json_end(json);
	}
}

static void write_lives(const struct report *report, enum protocol protocol, struct json_writer *json)
{
	size_t count = protocol_count(report->protocol);

	json_begin_array(json, "processes");
	for (size_t i = 0; i < count; i++) {
		struct protocol_process process = protocol_process(report->protocol, i);
		if (i > 0)
			json_next_line(json, 0);
		json_begin_object(json, NULL);
		json_put_unsigned(json, "pid", process.pid);
		json_put_string(json, "name", process.name);
		if (i < TABLES_MAX)
			write_table(json, "life", protocol_life(report->protocol, protocol, (int)i));
		int partner = protocol_partner(report->protocol, (int)i);
		if (i < PARTNERS_MAX && partner >= 0) {
			json_put_signed(json, "partner", partner);
			write_table(json, "switch", protocol_switch(report->protocol, (int)i, partner));
		}
		json_end(json);
	}
	json_end(json);
}

static void write_protocol(const struct report *report, struct json_writer *json)
{
	enum protocol protocol = protocol_seen(report->protocol);

	json_begin_object(json, "protocol");
	json_put_string(json, "name", protocol_name(protocol));
	json_put_string(json, "title", protocol_title(protocol));
	json_put_signed(json, "chosen", protocol_choose(report->protocol));
	int from, to;
	protocol_choose_switch(report->protocol, &from, &to);
	json_put_signed(json, "switching", from);
	write_columns(protocol, json);
	write_table(json, "boot", protocol_boot(report->protocol, protocol));
	write_lives(report, protocol, json);
	json_end(json);
}

static void write_data(void *context, FILE *out)
{
	if (context != NULL) /* else the page is an empty one */
		report_put_data(context, out);
}

void report_put_data(const struct report *report, FILE *out)
{
	struct json_writer json;
	char realtime[24];

	json_start(&json, out);
	json.html = true;
	json_begin_object(&json, NULL);
	json_put_unsigned(&json, "records", report->records);
	json_put_unsigned(&json, "left_out", report->left_out);
	json_put_string(&json, "note", report->note);
	snprintf(realtime, sizeof(realtime), "%" PRIu64, report->clock->realtime_start);
	json_put_string(&json, "realtime_ns", realtime); /* JavaScript's numbers have 53 bits */
	json_put_unsigned(&json, "event", RECORD_EVENT);
	json_put_unsigned(&json, "user", CPL_USER);
	json_next_line(&json, 0);
	write_environment(report, &json);
	json_next_line(&json, 0);
	write_protocol(report, &json);
	json_next_line(&json, 0);
	write_kinds(report, &json);
	json_next_line(&json, 0);
	write_strings(report, &json);
	json_next_line(&json, 0);
	write_shapes(report, &json);
	json_next_line(&json, 0);
	write_sums(report, &json);
	json_next_line(&json, 0);
	facts_write_fields(&report->facts, report->symbols, &json);
	json_end(&json);
}

/* ---- the records on the page ---- */

void report_put_records(const struct report *report, FILE *out)
{
	pack_write(&report->packed, out);
}

void report_put_facts(struct report *report, FILE *out)
{
	facts_write_columns(&report->facts, out);
}

static void write_records(void *context, FILE *out)
{
	if (context != NULL)
		report_put_records(context, out);
}

static void write_facts(void *context, FILE *out)
{
	if (context != NULL)
		report_put_facts(context, out);
}

static void write_page(struct report *report, FILE *out)
{
	static const struct page_part parts[] = {
		{"css", page_report_css, NULL},
		{"words.js", page_report_words_js, NULL},
		{"data.js", page_report_data_js, NULL},
		{"palette.js", page_report_palette_js, NULL},
		{"picture.js", page_report_picture_js, NULL},
		{"timeline.js", page_report_timeline_js, NULL},
		{"panels.js", page_report_panels_js, NULL},
		{"charts.js", page_report_charts_js, NULL},
		{"keep.js", page_report_keep_js, NULL},
		{"filter.js", page_report_filter_js, NULL},
		{"steps.js", page_report_steps_js, NULL},
		{"moments.js", page_report_moments_js, NULL},
		{"data", NULL, write_data},
		{"records", NULL, write_records},
		{"facts", NULL, write_facts},
		{NULL, NULL, NULL},
	};

	page_write(page_report_html(), parts, report, out);
}

void report_put_empty_page(FILE *out)
{
	write_page(NULL, out);
}

int report_end(struct report *report)
{
	profile_end(report->profile);
	return protocol_end(report->protocol) < 0 || report->no_memory ? -1 : 0;
}

int report_write(struct report *report, FILE *out)
{
	if (report_end(report) < 0)
		return -1;
	write_page(report, out);
	return 0;
}

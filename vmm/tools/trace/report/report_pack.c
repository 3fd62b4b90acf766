/* SPDX-License-Identifier: MIT */
/* Packs records for the page as they come, 5 to 8 bytes each as a rule. See report.h. */
#include "tools/trace/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "text/text_internal.h"
#include "tools/trace/report/report_internal.h"
#include "tools/trace/report/report_page.h"

enum {
	PACKED_FIRST = 1 << 16,
	PACKED_MAX = 3 * 10,	 /* three numbers of 64 bits, 7 bits a byte */
	DIFFERENT_MAX = 1 << 16, /* strings, and shapes; further ones are shown without detail */
};

struct report *report_new(const struct trace_clock *clock, const struct symbols *symbols, const char *environment,
			  uint64_t limit)
{
	struct report *report = calloc(1, sizeof(*report));

	if (report == NULL)
		return NULL;
	*report = (struct report){.clock = clock, .symbols = symbols, .environment = environment, .limit = limit};
	report->protocol = protocol_new(clock, symbols);
	if (report->protocol == NULL || intern(&report->strings, "", 0) != 0) {
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
	intern_free(&report->strings);
	intern_free(&report->shapes);
	free(report->packed);
	free(report);
}

/* ---- packing ---- */

static bool make_room(struct report *report)
{
	if (report->room - report->used >= PACKED_MAX)
		return true;
	size_t room = report->room > 0 ? report->room * 2 : PACKED_FIRST;
	unsigned char *packed = realloc(report->packed, room);
	if (packed == NULL) {
		report->no_memory = true;
		return false;
	}
	report->packed = packed;
	report->room = room;
	return true;
}

/* Seven bits a byte, the low ones first; the top bit says that there are more (LEB128). */
static void pack(struct report *report, uint64_t value)
{
	while (value >= 0x80) {
		report->packed[report->used++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	report->packed[report->used++] = (unsigned char)value;
}

/* A new one only below the limit; one that has come before always. INTERN_FAILED: neither. */
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

/* Past the limit detail goes; past its double the process goes, too, and kinds alone are few. */
static uint32_t keep_shape(struct report *report, struct shape shape)
{
	uint32_t number = keep(report, &report->shapes, &shape, sizeof(shape), DIFFERENT_MAX);

	if (number == INTERN_FAILED) {
		shape.detail = shape.place = 0;
		number = keep(report, &report->shapes, &shape, sizeof(shape), 2 * DIFFERENT_MAX);
	}
	if (number == INTERN_FAILED) {
		shape.pid = 0;
		number = keep(report, &report->shapes, &shape, sizeof(shape), UINT32_MAX);
	}
	return number != INTERN_FAILED ? number : 0;
}

/* ---- what a record says ---- */

/* "main+0x67 (sieve) 0x4012f7" */
static uint32_t keep_place(struct report *report, const struct process *process, bool user, uint64_t address)
{
	int image = place_image(process != NULL ? process->image : PLACE_UNKNOWN, user, address);
	struct layout line;

	layout_start(&line, false);
	if (place_put(&line, report->symbols, image, address))
		layout_text(&line, " ");
	layout_hex(&line, "", address);
	return keep_string(report, &line);
}

static struct shape shape_of_exit(struct report *report, const struct exit_record *exit)
{
	const struct process *process = processes_by_frame(&report->processes, exit->frame);
	struct shape shape = {.kind = exit->kind, .cpl = exit_cpl(exit)};
	struct layout line;

	layout_start(&line, false);
	detail_exit(&line, exit, DETAIL_TIME_UNKNOWN);
	shape.detail = keep_string(report, &line);
	shape.place = keep_place(report, process, shape.cpl == CPL_USER, exit->rip);
	shape.pid = process != NULL ? process->pid : 0;
	return shape;
}

static struct shape shape_of_event(struct report *report, const struct event_record *event)
{
	struct shape shape = {.kind = event->kind, .pid = event->pid, .cpl = record_cpl((const union record *)event)};
	struct layout line;
	uint64_t address;

	layout_start(&line, false);
	detail_event_of(&line, event, report->symbols, calls_find(&report->calls, event->pid), NULL);
	shape.detail = keep_string(report, &line);
	if (detail_event_address(event, &address))
		shape.place = keep_place(report, processes_by_pid(&report->processes, event->pid), true, address);
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
	if (report->records == report->limit) {
		report->left_out++;
		return;
	}
	if (!make_room(report))
		return;
	uint64_t ns = trace_clock_ns(report->clock, record->exit.tsc);
	if (ns < report->last_ns)
		ns = report->last_ns;
	pack(report, keep_shape(report, shape_of(report, record)));
	pack(report, ns - report->last_ns);
	if (!record_is_event(record)) {
		uint64_t entry = trace_clock_ns(report->clock, record->exit.entry);
		pack(report, entry < ns ? ns - entry : 0);
	}
	report->last_ns = ns;
	report->records++;
	protocol_record(report->protocol, record);
}

uint64_t report_left_out(const struct report *report)
{
	return report->left_out;
}

/* ---- the page ---- */

static void write_data(void *context, FILE *out)
{
	report_write_data(context, out);
}

static void write_packed(void *context, FILE *out)
{
	report_write_packed(context, out);
}

int report_write(struct report *report, FILE *out)
{
	static const struct page_part parts[] = {
		{"css", page_report_css, NULL},
		{"data.js", page_report_data_js, NULL},
		{"palette.js", page_report_palette_js, NULL},
		{"picture.js", page_report_picture_js, NULL},
		{"timeline.js", page_report_timeline_js, NULL},
		{"panels.js", page_report_panels_js, NULL},
		{"charts.js", page_report_charts_js, NULL},
		{"data", NULL, write_data},
		{"records", NULL, write_packed},
		{NULL, NULL, NULL},
	};

	if (protocol_end(report->protocol) < 0 || report->no_memory)
		return -1;
	page_write(page_report_html(), parts, report, out);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Writes a report's data for its script, in ASCII that is safe within an HTML element: see docs/report.md. */
#include <inttypes.h>
#include <string.h>

#include "text/cpl.h"
#include "text/names.h"
#include "tools/trace/report/report_internal.h"

enum {
	TABLES_MAX = 64,   /* processes whose protocol tables are on the page */
	PARTNERS_MAX = 64, /* pairs of them */
	BASE64_LINE = 96,  /* bytes a line, a multiple of 3 */
};

/* Events after which the program runs (1), or the OS does (-1); the others change nothing. */
static int direction(unsigned event, enum protocol protocol)
{
	bool direct = protocol == PROTOCOL_DIRECT;

	switch (event) {
	case RINGSIDE_EVENT_RETURN:
	case RINGSIDE_EVENT_CALL_MAIN:
		return 1;
	case RINGSIDE_EVENT_SYSCALL_RESULT: /* of a service, which is called and returns like any function */
		return direct ? 1 : 0;
	case RINGSIDE_EVENT_EXCEPTION: /* whose end no event tells of */
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

static void write_kinds(const struct report *report, FILE *out)
{
	enum protocol protocol = protocol_seen(report->protocol);

	fputs("\"kinds\": {", out);
	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++)
		if (exit_name(i) != NULL)
			fprintf(out, "\"%u\": {\"name\": \"%s\", \"exit\": true},\n", i, exit_name(i));
	for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++)
		fprintf(out, "%s\"%u\": {\"name\": \"%s\", \"step\": \"%s\", \"to\": %d}", i > 0 ? ",\n" : "",
			RECORD_EVENT + i, event_name(i), event_step(i), direction(i, protocol));
	fputs("}", out);
}

static void write_strings(const struct report *report, FILE *out)
{
	fputs("\"strings\": [", out);
	for (uint32_t i = 0; i < report->strings.count; i++) {
		fputs(i > 0 ? ",\n" : "", out);
		json_put_string(intern_at(&report->strings, i), out);
	}
	fputs("]", out);
}

static void write_shapes(const struct report *report, FILE *out)
{
	fputs("\"shapes\": [", out);
	for (uint32_t i = 0; i < report->shapes.count; i++) {
		struct shape shape;
		memcpy(&shape, intern_at(&report->shapes, i), sizeof(shape));
		fprintf(out, "%s%u,%u,%u,%u,%u", i > 0 ? ",\n" : "", shape.kind, shape.pid, shape.cpl, shape.detail,
			shape.place);
	}
	fputs("]", out);
}

static void write_pair(const char *line, size_t length, FILE *out)
{
	char key[64], value[512];
	const char *equals = memchr(line, '=', length);
	size_t split = equals != NULL ? (size_t)(equals - line) : length;

	snprintf(key, sizeof(key), "%.*s", (int)split, line);
	snprintf(value, sizeof(value), "%.*s", equals != NULL ? (int)(length - split - 1) : 0, line + split + 1);
	fputs("[", out);
	json_put_string(key, out);
	fputs(", ", out);
	json_put_string(value, out);
	fputs("]", out);
}

static void write_environment(const struct report *report, FILE *out)
{
	const char *line = report->environment != NULL ? report->environment : "";
	const char *separator = "";

	fputs("\"environment\": [", out);
	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		if (length > 0) {
			fputs(separator, out);
			write_pair(line, length, out);
			separator = ",\n";
		}
		line += length + (line[length] == '\n');
	}
	fputs("]", out);
}

/* ---- protocol tables ---- */

static void write_table(struct protocol_table table, FILE *out)
{
	protocol_print_json(&table, out);
	protocol_table_free(&table);
}

static void write_columns(enum protocol protocol, FILE *out)
{
	for (unsigned boot = 0; boot < 2; boot++) {
		fprintf(out, "\"%s\": [", boot ? "boot_columns" : "columns");
		for (unsigned i = 0; i < PROTOCOL_COLUMNS; i++)
			fprintf(out, "%s\"%s\"", i > 0 ? ", " : "", protocol_column_title(protocol, i, boot));
		fputs("], ", out);
	}
}

static void write_lives(const struct report *report, enum protocol protocol, FILE *out)
{
	size_t count = protocol_count(report->protocol);

	fputs("\"processes\": [", out);
	for (size_t i = 0; i < count; i++) {
		struct protocol_process process = protocol_process(report->protocol, i);
		fprintf(out, "%s{\"pid\": %" PRIu32 ", \"name\": ", i > 0 ? ",\n" : "", process.pid);
		json_put_string(process.name, out);
		if (i < TABLES_MAX) {
			fputs(", \"life\": ", out);
			write_table(protocol_life(report->protocol, protocol, (int)i), out);
		}
		int partner = protocol_partner(report->protocol, (int)i);
		if (i < PARTNERS_MAX && partner >= 0) {
			fprintf(out, ", \"partner\": %d, \"switch\": ", partner);
			write_table(protocol_switch(report->protocol, (int)i, partner), out);
		}
		fputs("}", out);
	}
	fputs("]", out);
}

static void write_protocol(const struct report *report, FILE *out)
{
	enum protocol protocol = protocol_seen(report->protocol);

	fprintf(out, "\"protocol\": {\"name\": \"%s\", \"title\": \"%s\", \"chosen\": %d, ", protocol_name(protocol),
		protocol_title(protocol), protocol_choose(report->protocol));
	write_columns(protocol, out);
	fputs("\"boot\": ", out);
	write_table(protocol_boot(report->protocol, protocol), out);
	fputs(", ", out);
	write_lives(report, protocol, out);
	fputs("}", out);
}

void report_write_data(const struct report *report, FILE *out)
{
	fprintf(out,
		"{\"records\": %" PRIu64 ", \"left_out\": %" PRIu64 ", \"realtime_ns\": \"%" PRIu64
		"\", \"event\": %d, \"user\": %d,\n",
		report->records, report->left_out, report->clock->realtime_start, RECORD_EVENT, CPL_USER);
	write_environment(report, out);
	fputs(",\n", out);
	write_protocol(report, out);
	fputs(",\n", out);
	write_kinds(report, out);
	fputs(",\n", out);
	write_strings(report, out);
	fputs(",\n", out);
	write_shapes(report, out);
	fputs("}", out);
}

/* ---- records ---- */

static size_t encode(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = 0;

	for (size_t i = 0; i < count; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;
		bits |= i + 1 < count ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= i + 2 < count ? bytes[i + 2] : 0;
		text[length++] = digits[bits >> 18];
		text[length++] = digits[bits >> 12 & 0x3f];
		text[length++] = i + 1 < count ? digits[bits >> 6 & 0x3f] : '=';
		text[length++] = i + 2 < count ? digits[bits & 0x3f] : '=';
	}
	return length;
}

/* Base64 (RFC 4648, section 4). */
void report_write_packed(const struct report *report, FILE *out)
{
	char line[BASE64_LINE / 3 * 4 + 1];

	for (size_t at = 0; at < report->used; at += BASE64_LINE) {
		size_t count = report->used - at < BASE64_LINE ? report->used - at : BASE64_LINE;
		size_t length = encode(report->packed + at, count, line);
		line[length++] = '\n';
		fwrite(line, 1, length, out);
	}
}

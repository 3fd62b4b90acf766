/* SPDX-License-Identifier: MIT */
/*
 * The Common Trace Format, version 1.8 (diamon.org/ctf): a directory with one stream of packets, and the metadata that
 * describe the stream in TSDL (section 7), made from the schemas. Numbers are little-endian and unaligned. Called
 * through the table in export.c.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/units.h"
#include "ringside/exits.h"
#include "text/names.h"
#include "tools/trace/export/export_fields.h"
#include "tools/trace/read/trace_environment.h"

#define CTF_MAGIC 0xc1fc1fc1u

enum {
	PACKET_SIZE = OUTPUT_PIECE,
	EVENT_MAX = 4096, /* bytes; an event with every field and the longest texts has fewer */
	BITS_PER_BYTE = 8,
};

struct packet_header {
	uint32_t magic;
	uint32_t stream_id;
	uint64_t timestamp_begin;
	uint64_t timestamp_end;
	uint64_t content_size; /* bits */
	uint64_t packet_size;
};

_Static_assert(sizeof(struct packet_header) == 40, "no padding: the metadata describe it field by field");

struct ctf {
	struct packet_header header;
	size_t used; /* bytes of the packet, with its header; 0 = not begun */
	char packet[PACKET_SIZE];
};

_Static_assert(EVENT_MAX > 64 + FIELDS_MAX * sizeof(uint64_t) + 3 * sizeof(((struct layout *)0)->text),
	       "three texts and all numbers");

/* ---- metadata ---- */

/* The prefix keeps keys from being keywords of TSDL. */
static void put_environment(struct export_output *output, const char *environment)
{
	struct environment_pair pair;

	while (environment_next(&environment, &pair)) {
		if (pair.key_length == 0 || pair.value == NULL)
			continue;
		output_text(output, "\tringside_");
		for (size_t i = 0; i < pair.key_length; i++)
			output_char(output, isalnum((unsigned char)pair.key[i]) ? pair.key[i] : '_');
		output_text(output, " = \"");
		output_plain(output, pair.value, pair.value_length);
		output_text(output, "\";\n");
	}
}

static void put_header(struct export_output *output)
{
	output_text(output, "/* CTF 1.8 */\n\n"
			    "typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
			    "typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
			    "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
			    "typealias integer { size = 8; align = 8; signed = false; base = 16; } := hex8_t;\n"
			    "typealias integer { size = 64; align = 8; signed = false; base = 16; } := hex64_t;\n\n"
			    "trace {\n"
			    "\tmajor = 1;\n"
			    "\tminor = 8;\n"
			    "\tbyte_order = le;\n"
			    "\tpacket.header := struct { uint32_t magic; uint32_t stream_id; };\n"
			    "};\n\n");
}

/* Times count from the start of the run; the clock says when that was. */
static void put_clock(struct export_output *output, const struct trace_clock *clock)
{
	output_text(output, "clock {\n"
			    "\tname = host;\n"
			    "\tdescription = \"host time, from the TSC\";\n"
			    "\tfreq = 1000000000;\n"
			    "\toffset_s = ");
	output_decimal(output, clock->realtime_start / NS_PER_SECOND);
	output_text(output, ";\n\toffset = ");
	output_decimal(output, clock->realtime_start % NS_PER_SECOND);
	output_text(output, ";\n};\n\n"
			    "typealias integer { size = 64; align = 8; signed = false; map = clock.host.value; } := "
			    "time_ns_t;\n\n");
}

static void put_stream(struct export_output *output)
{
	output_text(output, "stream {\n"
			    "\tid = 0;\n"
			    "\tpacket.context := struct {\n"
			    "\t\ttime_ns_t timestamp_begin;\n"
			    "\t\ttime_ns_t timestamp_end;\n"
			    "\t\tuint64_t content_size;\n"
			    "\t\tuint64_t packet_size;\n"
			    "\t};\n"
			    "\tevent.header := struct { uint8_t id; time_ns_t timestamp; };\n"
			    "\tevent.context := struct { uint32_t pid; string program; };\n"
			    "};\n");
}

static void put_reasons(struct export_output *output)
{
	bool first = true;

	output_text(output, "enum : uint8_t { ");
	for (unsigned reason = 0; reason < RINGSIDE_EXIT_LIMIT; reason++) {
		if (exit_name(reason) == NULL)
			continue;
		output_text(output, first ? "" : ", ");
		output_text(output, exit_name(reason));
		output_text(output, " = ");
		output_decimal(output, reason);
		first = false;
	}
	output_text(output, " } ");
}

static void put_field_layout(struct export_output *output, const struct export_field *field)
{
	output_text(output, "\t\t");
	if (field->style == STYLE_REASON) {
		put_reasons(output);
	} else if (is_text(field)) {
		output_text(output, "string ");
	} else {
		output_text(output, field->style == STYLE_DECIMAL ? "uint" : "hex");
		output_decimal(output, field->size * 8u);
		output_text(output, "_t ");
	}
	output_text(output, field->name);
	output_text(output, ";\n");
}

static void put_event_layout(struct export_output *output, unsigned number)
{
	const struct export_schema *schema = export_schema(number);

	output_text(output, "\nevent {\n\tid = ");
	output_decimal(output, number);
	output_text(output, ";\n\tname = \"");
	output_identifier(output, schema->name);
	output_text(output, "\";\n\tstream_id = 0;\n\tfields := struct {\n");
	for (unsigned i = 0; i < schema->count; i++)
		put_field_layout(output, &schema->fields[i]);
	output_text(output, "\t};\n};\n");
}

static void put_metadata(const struct export *export, struct export_output *output)
{
	put_header(output);
	output_text(output, "env {\n\ttracer_name = \"ringside\";\n");
	put_environment(output, export->environment);
	output_text(output, "};\n\n");
	put_clock(output, export->clock);
	put_stream(output);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		put_event_layout(output, number);
}

static int ctf_begin(struct export *export, struct error *error)
{
	struct export_output *metadata = malloc(sizeof(*metadata));
	int fd = openat(export->directory, EXPORT_METADATA_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (metadata == NULL || fd < 0) {
		error_set(error, "cannot create the file " EXPORT_METADATA_FILE ": %s", strerror(errno));
	} else {
		output_start(metadata, fd);
		put_metadata(export, metadata);
		if (output_flush(metadata) < 0)
			error_set(error, "cannot write the file " EXPORT_METADATA_FILE ": %s",
				  strerror(metadata->failure));
	}
	bool good = metadata != NULL && fd >= 0 && metadata->failure == 0;
	if (fd >= 0 && close(fd) < 0 && good) {
		good = false;
		error_set(error, "cannot write the file " EXPORT_METADATA_FILE ": %s", strerror(errno));
	}
	free(metadata);
	return good ? 0 : -1;
}

/* ---- the stream ---- */

static void end_packet(struct export_output *output, struct ctf *ctf)
{
	if (ctf->used == 0)
		return;
	ctf->header.magic = CTF_MAGIC;
	ctf->header.content_size = ctf->header.packet_size = ctf->used * BITS_PER_BYTE;
	memcpy(ctf->packet, &ctf->header, sizeof(ctf->header));
	output_bytes(output, ctf->packet, ctf->used);
	ctf->used = 0;
}

/*
 * Copies all eight bytes, since a copy of a constant size is one store; whatever follows overwrites those beyond
 * `size`.
 */
static char *put_number(char *at, uint64_t number, size_t size)
{
	memcpy(at, &number, sizeof(number));
	return at + size;
}

static char *put_text(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	at[length] = '\0';
	return at + length + 1;
}

static void put_event(struct export *export, struct ctf *ctf, const struct moment *moment)
{
	unsigned number = export_schema_number(moment);
	const struct export_schema *schema = export_schema(number);
	const char *program = export_program(export, moment);
	struct export_values values;
	char *at = ctf->packet + ctf->used;

	export_values(export, moment, &values);
	at = put_number(at, number, sizeof(uint8_t));
	at = put_number(at, moment->ns, sizeof(uint64_t));
	at = put_number(at, moment->pid, sizeof(uint32_t));
	at = put_text(at, program, strnlen(program, sizeof(values.symbol.text)));
	for (unsigned i = 0; i < schema->count; i++) {
		const struct export_field *field = &schema->fields[i];
		if (is_text(field))
			at = put_text(at, field_text(&values, field)->text, field_text(&values, field)->length);
		else
			at = put_number(at, values.numbers[i], field->size);
	}
	ctf->used = (size_t)(at - ctf->packet);
}

static void ctf_moment(struct export *export, const struct moment *moment)
{
	struct ctf *ctf = export->state;

	if (ctf->used > PACKET_SIZE - EVENT_MAX)
		end_packet(export->output, ctf);
	if (ctf->used == 0) {
		ctf->used = sizeof(ctf->header);
		ctf->header.timestamp_begin = moment->ns;
	}
	ctf->header.timestamp_end = moment->ns;
	put_event(export, ctf, moment);
}

static void ctf_end(struct export *export, uint64_t ns)
{
	(void)ns;
	end_packet(export->output, export->state);
}

const struct exporter export_ctf = {
	.name = "ctf",
	.description = "Common Trace Format 1.8, a directory: babeltrace2, Trace Compass",
	.traits = EXPORT_BINARY | EXPORT_DIRECTORY,
	.state_size = sizeof(struct ctf),
	.begin = ctf_begin,
	.moment = ctf_moment,
	.end = ctf_end,
};

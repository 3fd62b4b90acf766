/* SPDX-License-Identifier: MIT */
/* The metadata of a CTF trace: the stream's layout in TSDL, from the schemas. Called by export_ctf.c. */
#include <ctype.h>

#include "ringside/exits.h"
#include "text/names.h"
#include "tools/trace/export/export_ctf.h"

#define NS_PER_S UINT64_C(1000000000)

/* A value of the environment, which may hold anything, as a TSDL string. */
static void put_string(struct export_output *output, const char *text, size_t length)
{
	output_char(output, '"');
	for (size_t i = 0; i < length; i++) {
		bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"' && text[i] != '\\';
		output_char(output, plain ? text[i] : '?');
	}
	output_char(output, '"');
}

/* The prefix keeps keys from being words of the language. */
static void put_environment(struct export_output *output, const char *key, size_t key_length, const char *value,
			    size_t value_length)
{
	output_text(output, "\tringside_");
	for (size_t i = 0; i < key_length; i++)
		output_char(output, isalnum((unsigned char)key[i]) ? key[i] : '_');
	output_text(output, " = ");
	put_string(output, value, value_length);
	output_text(output, ";\n");
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
	output_decimal(output, clock->realtime_start / NS_PER_S);
	output_text(output, ";\n\toffset = ");
	output_decimal(output, clock->realtime_start % NS_PER_S);
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

static void put_field(struct export_output *output, const struct export_field *field)
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

static void put_event(struct export_output *output, unsigned number)
{
	const struct export_schema *schema = export_schema(number);

	output_text(output, "\nevent {\n\tid = ");
	output_decimal(output, number);
	output_text(output, ";\n\tname = \"");
	output_identifier(output, schema->name);
	output_text(output, "\";\n\tstream_id = 0;\n\tfields := struct {\n");
	for (unsigned i = 0; i < schema->count; i++)
		put_field(output, &schema->fields[i]);
	output_text(output, "\t};\n};\n");
}

void ctf_metadata(const struct export *export, struct export_output *output)
{
	put_header(output);
	output_text(output, "env {\n\ttracer_name = \"ringside\";\n");
	export_each_environment(export, output, put_environment);
	output_text(output, "};\n\n");
	put_clock(output, export->clock);
	put_stream(output);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		put_event(output, number);
}

/* SPDX-License-Identifier: MIT */
/*
 * The header of a trace.dat file, version 6 (man trace-cmd.dat.v6): the layout of ring-buffer pages and
 * the format of each event, as text in the words of the kernel's tracing/events. Called by export_tracecmd.c.
 *
 * The system is called ringside and its events vm_exit, vm_entry and so on: trace-cmd's KVM plugin takes over
 * the events of the system kvm, and would look for fields in them that ours do not have.
 */
#include "text/names.h"
#include "tools/trace/export/export_tracecmd.h"

#define SYSTEM "ringside"

static const char page_layout[] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
				  "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
				  "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
				  "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

static const char event_layout[] = "# compressed entry header\n"
				   "\ttype_len    :    5 bits\n"
				   "\ttime_delta  :   27 bits\n"
				   "\tarray       :   32 bits\n"
				   "\n"
				   "\tpadding     : type == 29\n"
				   "\ttime_extend : type == 30\n"
				   "\ttime_stamp : type == 31\n"
				   "\tdata max type_len  == 28\n";

static const char common_fields[] = "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
				    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
				    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
				    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
				    "\n";

_Static_assert(TRACECMD_PAGE - TRACECMD_PAGE_HEADER == 4080, "page_layout says so");
_Static_assert(sizeof(struct tracecmd_common) == 8, "common_fields say so");

static void put_u32(struct export_output *output, uint32_t number)
{
	output_bytes(output, &number, sizeof(number));
}

static void put_u64(struct export_output *output, uint64_t number)
{
	output_bytes(output, &number, sizeof(number));
}

/* A string with its NUL. */
static void put_string(struct export_output *output, const char *text)
{
	output_bytes(output, text, strlen(text) + 1);
}

static void put_sized(struct export_output *output, const char *name, const char *text)
{
	put_string(output, name);
	put_u64(output, strlen(text));
	output_text(output, text);
}

static void put_field_layout(struct export_output *output, const struct export_field *field, unsigned *offset)
{
	static const char *const types[] = {[1] = "u8", [4] = "u32", [8] = "u64"};
	unsigned size = is_text(field) ? sizeof(uint32_t) : field->size;

	output_text(output, "\tfield:");
	output_text(output, is_text(field) ? "__data_loc char[]" : types[field->size]);
	output_char(output, ' ');
	output_text(output, field->name);
	output_text(output, ";\toffset:");
	output_decimal(output, *offset);
	output_text(output, ";\tsize:");
	output_decimal(output, size);
	output_text(output, ";\tsigned:0;\n");
	*offset += size;
}

/* The conversion of a field in the print format. */
static void put_conversion(struct export_output *output, const struct export_field *field)
{
	output_text(output, field->name);
	if (field->style == STYLE_DECIMAL)
		output_text(output, field->size == sizeof(uint64_t) ? "=%llu" : "=%u");
	else if (field->style == STYLE_HEX)
		output_text(output, field->size == sizeof(uint64_t) ? "=0x%llx" : "=0x%x");
	else
		output_text(output, "=%s");
}

static void put_pair(struct export_output *output, uint64_t number, const char *name)
{
	output_text(output, ", { ");
	output_decimal(output, number);
	output_text(output, ", \"");
	output_text(output, name);
	output_text(output, "\" }");
}

/* The argument of the print format that a field is. */
static void put_argument(struct export_output *output, const struct export_field *field)
{
	static const char *const opening[] = {[STYLE_DECIMAL] = "REC->",
					      [STYLE_HEX] = "REC->",
					      [STYLE_REASON] = "__print_symbolic(REC->",
					      [STYLE_FLAGS] = "__print_flags(REC->",
					      [STYLE_SYMBOL] = "__get_str(",
					      [STYLE_DETAIL] = "__get_str("};

	output_text(output, ", ");
	output_text(output, opening[field->style]);
	output_text(output, field->name);
	if (field->style == STYLE_FLAGS) {
		output_text(output, ", \"|\"");
		for (unsigned bit = 0; export_flag_name(bit) != NULL; bit++)
			put_pair(output, UINT64_C(1) << bit, export_flag_name(bit));
	}
	for (unsigned reason = 0; reason < RINGSIDE_EXIT_LIMIT && field->style == STYLE_REASON; reason++)
		if (exit_name(reason) != NULL)
			put_pair(output, reason, exit_name(reason));
	if (opening[field->style][0] == '_')
		output_char(output, ')');
}

static void put_format_text(struct export_output *output, unsigned number)
{
	const struct export_schema *schema = export_schema(number);
	unsigned offset = sizeof(struct tracecmd_common);

	output_text(output, "name: ");
	output_identifier(output, schema->name);
	output_text(output, "\nID: ");
	output_decimal(output, TRACECMD_FIRST_ID + number);
	output_text(output, "\nformat:\n");
	output_text(output, common_fields);
	for (unsigned i = 0; i < schema->count; i++)
		put_field_layout(output, &schema->fields[i], &offset);
	output_text(output, "\nprint fmt: \"");
	for (unsigned i = 0; i < schema->count; i++) {
		output_text(output, i > 0 ? " " : "");
		put_conversion(output, &schema->fields[i]);
	}
	output_char(output, '"');
	for (unsigned i = 0; i < schema->count; i++)
		put_argument(output, &schema->fields[i]);
	output_char(output, '\n');
}

/* The format with its length before it, which is known when it has been put. */
static void put_format(struct export_output *output, unsigned number)
{
	char *place = output_room(output, OUTPUT_PIECE); /* it stays where it is in the buffer */
	uint64_t length;

	output_advance(output, sizeof(length));
	size_t start = output->used;
	put_format_text(output, number);
	length = output->used - start;
	memcpy(place, &length, sizeof(length));
}

/* Empty lines, which trace-cmd passes over. */
static void put_commands_room(struct export_output *output)
{
	put_u64(output, TRACECMD_COMMANDS_SIZE);
	for (unsigned i = 0; i < TRACECMD_COMMANDS_SIZE; i++)
		output_char(output, '\n');
}

void tracecmd_header(struct export_output *output, struct tracecmd_places *places)
{
	const char little_endian = 0, long_size = sizeof(uint64_t);

	output_text(output, "\x17\x08\x44tracing");
	put_string(output, "6");
	output_char(output, little_endian);
	output_char(output, long_size);
	put_u32(output, TRACECMD_PAGE);
	put_sized(output, "header_page", page_layout);
	put_sized(output, "header_event", event_layout);
	put_u32(output, 0); /* events of ftrace itself */
	put_u32(output, 1); /* systems */
	put_string(output, SYSTEM);
	put_u32(output, SCHEMA_COUNT);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		put_format(output, number);
	put_u32(output, 0); /* bytes of kallsyms */
	put_u32(output, 0); /* bytes of printk formats */
	put_commands_room(output);
	places->commands = output->written + output->used - TRACECMD_COMMANDS_SIZE;
	put_u32(output, 1); /* CPUs */
	put_string(output, "flyrecord");
	places->cpu = output->written + output->used;
	put_u64(output, 0);
	put_u64(output, 0);
	output_align(output, TRACECMD_PAGE);
}

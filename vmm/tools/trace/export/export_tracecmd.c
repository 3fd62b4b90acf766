/* SPDX-License-Identifier: MIT */
/*
 * trace-cmd's trace.dat, version 6 (man trace-cmd.dat.v6): a header that has the format of each event, in the words of
 * the kernel's tracing/events; then the pages of one CPU's ring buffer as the kernel writes them
 * (include/linux/ring_buffer.h, struct ring_buffer_event). Called through the table in export.c.
 *
 * The system is called ringside and its events vm_exit, vm_entry and so on: trace-cmd's KVM plugin takes over
 * the events of the system kvm, and would look for fields in them that ours do not have. Switches and wake-ups are in
 * the system sched besides, as Linux's own (export_sched.h).
 */
#include "base/pid_table.h"
#include "text/names.h"
#include "tools/trace/export/export_fields.h"
#include "tools/trace/export/export_sched.h"

enum {
	PAGE = 4096,
	PAGE_HEADER = 16,	 /* time stamp, length of the data */
	COMMANDS_SIZE = 1 << 16, /* room for the names of processes, known only at the end */
	FIRST_ID = 1000,	 /* of our events; lower ones are the kernel's own */
	SWITCH_ID = FIRST_ID + SCHEMA_COUNT,
	WAKING_ID,
	WAKEUP_ID,
	EVENT_HEADER = 4,
	TYPE_LENGTH_MAX = 28, /* longer data, counted in words, have their length in a word of its own */
	TYPE_TIME_EXTEND = 30,
	DELTA_SHIFT = 5,
	DELTA_BITS = 27,
	DATA_LOCATION_SHIFT = 16,
	COMMANDS_MAX = 4096, /* processes whose name is kept; the room for them holds about as many */
};

/* What every event begins with: the common fields of the kernel's. */
struct common_fields {
	uint16_t type;
	uint8_t flags;
	uint8_t preempt_count;
	int32_t pid;
};

/* Where in the file something is to be filled in at the end. */
struct places {
	uint64_t commands; /* COMMANDS_SIZE bytes: lines of "pid name" */
	uint64_t cpu;	   /* two 64-bit words: offset and length of the CPU's pages */
};

/* A process, and the last program it ran. */
struct command {
	struct pid_slot slot;
	int image;
};

struct tracecmd {
	struct places places;
	uint64_t pages_start;
	uint64_t last; /* time of the last event in the page */
	size_t used;   /* bytes of the page, 0 = not begun */
	struct command commands[COMMANDS_MAX];
	char page[PAGE];
};

/* ---- the header ---- */

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

_Static_assert(PAGE - PAGE_HEADER == 4080, "page_layout says so");
_Static_assert(sizeof(struct common_fields) == 8, "common_fields say so");

static void put_u32(struct export_output *output, uint32_t number)
{
	output_bytes(output, &number, sizeof(number));
}

static void put_u64(struct export_output *output, uint64_t number)
{
	output_bytes(output, &number, sizeof(number));
}

/* Puts a string with its NUL. */
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

/* Puts how a field is converted in the print format. */
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

/* Puts the argument of the print format for a field. */
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

/* Begins and ends the format of an event, before which stands its length. Formats are shorter than OUTPUT_PIECE. */
static size_t begin_format(struct export_output *output, const char *name, unsigned id)
{
	output_room(output, OUTPUT_PIECE); /* nothing is flushed while there is room for a piece */
	const size_t start = output->used;

	put_u64(output, 0);
	output_text(output, "name: ");
	output_identifier(output, name);
	output_text(output, "\nID: ");
	output_decimal(output, id);
	output_text(output, "\nformat:\n");
	output_text(output, common_fields);
	return start;
}

static void end_format(struct export_output *output, size_t start)
{
	const uint64_t length = output->used - start - sizeof(length);

	memcpy(output->buffer + start, &length, sizeof(length));
}

static void put_format(struct export_output *output, unsigned number)
{
	const struct export_schema *schema = export_schema(number);
	unsigned offset = sizeof(struct common_fields);
	const size_t start = begin_format(output, schema->name, FIRST_ID + number);

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
	end_format(output, start);
}

/* ---- the formats of Linux's scheduler ---- */

#define STATE_PAIR(bit, letter) ", { " #bit ", \"" letter "\" }"
#define STATE_BIT(bit, letter) | bit

/* clang-format off */
static const char switch_layout[] =
	"\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	"\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
	"\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"
	"\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n"
	"\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n"
	"\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n"
	"\n"
	"print fmt: \"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d\", "
	"REC->prev_comm, REC->prev_pid, REC->prev_prio, "
	"(REC->prev_state & 0xff) ? __print_flags(REC->prev_state & 0xff, \"|\"" SCHED_STATES(STATE_PAIR) ") : \"R\", "
	"REC->prev_state & 0x100 ? \"+\" : \"\", REC->next_comm, REC->next_pid, REC->next_prio\n";

static const char wake_layout[] =
	"\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
	"\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
	"\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n"
	"\tfield:int target_cpu;\toffset:32;\tsize:4;\tsigned:1;\n"
	"\n"
	"print fmt: \"comm=%s pid=%d prio=%d target_cpu=%03d\", REC->comm, REC->pid, REC->prio, REC->target_cpu\n";
/* clang-format on */

_Static_assert(sizeof(struct common_fields) + sizeof(struct sched_switch) == 64, "switch_layout says so");
_Static_assert(sizeof(struct common_fields) + sizeof(struct sched_wake) == 36, "wake_layout says so");
_Static_assert((0 SCHED_STATES(STATE_BIT)) == 0xff && SCHED_PREEMPTED == 0x100 && SCHED_COMM_SIZE == 16,
	       "the layouts say so");

static void put_sched_format(struct export_output *output, unsigned id, const char *name, const char *layout)
{
	const size_t start = begin_format(output, name, id);

	output_text(output, layout);
	end_format(output, start);
}

static void put_sched_system(struct export_output *output)
{
	put_string(output, "sched");
	put_u32(output, 3);
	put_sched_format(output, SWITCH_ID, "sched_switch", switch_layout);
	put_sched_format(output, WAKING_ID, "sched_waking", wake_layout);
	put_sched_format(output, WAKEUP_ID, "sched_wakeup", wake_layout);
}

/* Leaves room in the form of empty lines, which trace-cmd passes over. */
static void put_commands_room(struct export_output *output)
{
	put_u64(output, COMMANDS_SIZE);
	for (unsigned i = 0; i < COMMANDS_SIZE; i++)
		output_char(output, '\n');
}

static void put_header(struct export_output *output, struct places *places)
{
	const char little_endian = 0, long_size = sizeof(uint64_t);

	output_text(output, "\x17\x08\x44tracing");
	put_string(output, "6");
	output_char(output, little_endian);
	output_char(output, long_size);
	put_u32(output, PAGE);
	put_sized(output, "header_page", page_layout);
	put_sized(output, "header_event", event_layout);
	put_u32(output, 0); /* events of ftrace itself */
	put_u32(output, 2); /* systems */
	put_string(output, SYSTEM);
	put_u32(output, SCHEMA_COUNT);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		put_format(output, number);
	put_sched_system(output);
	put_u32(output, 0); /* bytes of kallsyms */
	put_u32(output, 0); /* bytes of printk formats */
	put_commands_room(output);
	places->commands = output->written + output->used - COMMANDS_SIZE;
	put_u32(output, 1); /* CPUs */
	put_string(output, "flyrecord");
	places->cpu = output->written + output->used;
	put_u64(output, 0);
	put_u64(output, 0);
	output_align(output, PAGE);
}

static int tracecmd_begin(struct export *export, struct error *error)
{
	struct tracecmd *tracecmd = export->state;

	(void)error;
	put_header(export->output, &tracecmd->places);
	tracecmd->pages_start = export->output->written + export->output->used;
	return 0;
}

/* ---- pages ---- */

static void end_page(struct export_output *output, struct tracecmd *tracecmd)
{
	uint64_t length = tracecmd->used - PAGE_HEADER;

	if (tracecmd->used == 0)
		return;
	memcpy(tracecmd->page + sizeof(uint64_t), &length, sizeof(length));
	memset(tracecmd->page + tracecmd->used, 0, PAGE - tracecmd->used);
	output_bytes(output, tracecmd->page, PAGE);
	tracecmd->used = 0;
}

static void put_word(struct tracecmd *tracecmd, uint32_t word)
{
	memcpy(tracecmd->page + tracecmd->used, &word, sizeof(word));
	tracecmd->used += sizeof(word);
}

/* Makes room in a page for an event with `size` bytes of data, and puts what precedes the data. */
static void begin_event(struct export_output *output, struct tracecmd *tracecmd, uint64_t ns, size_t size)
{
	const uint64_t delta_max = (UINT64_C(1) << DELTA_BITS) - 1;

	if (tracecmd->used + size + 4 * EVENT_HEADER > PAGE)
		end_page(output, tracecmd);
	if (tracecmd->used == 0) {
		memcpy(tracecmd->page, &ns, sizeof(ns));
		tracecmd->used = PAGE_HEADER;
		tracecmd->last = ns;
	}
	uint64_t delta = ns - tracecmd->last;
	tracecmd->last = ns;
	if (delta > delta_max) {
		put_word(tracecmd, (uint32_t)(delta & delta_max) << DELTA_SHIFT | TYPE_TIME_EXTEND);
		put_word(tracecmd, (uint32_t)(delta >> DELTA_BITS));
		delta = 0;
	}
	size_t words = size / sizeof(uint32_t);
	if (words <= TYPE_LENGTH_MAX) {
		put_word(tracecmd, (uint32_t)delta << DELTA_SHIFT | (uint32_t)words);
	} else {
		put_word(tracecmd, (uint32_t)delta << DELTA_SHIFT);
		put_word(tracecmd, (uint32_t)(size + sizeof(uint32_t))); /* itself included */
	}
}

/* Puts the fields of an event: numbers in their places, texts at `length`, the end of the data. Returns the new end. */
static size_t put_texts(char *data, size_t length, const struct export_schema *schema,
			const struct export_values *values)
{
	size_t place = sizeof(struct common_fields);

	for (unsigned i = 0; i < schema->count; i++) {
		if (!is_text(&schema->fields[i])) {
			memcpy(data + place, &values->numbers[i], schema->fields[i].size);
			place += schema->fields[i].size;
			continue;
		}
		const struct layout *text = field_text(values, &schema->fields[i]);
		uint32_t location = (text->length + 1) << DATA_LOCATION_SHIFT | (uint32_t)length;
		memcpy(data + place, &location, sizeof(location));
		place += sizeof(location);
		memcpy(data + length, text->text, text->length);
		data[length + text->length] = '\0';
		length += text->length + 1;
	}
	return length;
}

static size_t fixed_size(const struct export_schema *schema)
{
	size_t size = sizeof(struct common_fields);

	for (unsigned i = 0; i < schema->count; i++)
		size += is_text(&schema->fields[i]) ? sizeof(uint32_t) : schema->fields[i].size;
	return size;
}

/* Puts an event whose `size` bytes begin with the common fields. */
static void put_event(struct export *export, uint64_t ns, const void *data, size_t size)
{
	struct tracecmd *tracecmd = export->state;

	begin_event(export->output, tracecmd, ns, size);
	memcpy(tracecmd->page + tracecmd->used, data, size);
	tracecmd->used += size;
}

/* Puts what the scheduler of Linux would have told of a moment. */
static void put_sched_events(struct export *export, const struct moment *moment)
{
	struct {
		struct common_fields common;
		struct sched_switch event;
	} switched;
	struct {
		struct common_fields common;
		struct sched_wake event;
	} woken;

	if (sched_switch(export, moment, &switched.event)) {
		switched.common = (struct common_fields){.type = SWITCH_ID, .pid = switched.event.prev_pid};
		put_event(export, moment->ns, &switched, sizeof(switched));
	}
	if (sched_wake(export, moment, &woken.event)) {
		woken.common = (struct common_fields){.type = WAKING_ID, .pid = (int32_t)(moment->pid & INT32_MAX)};
		put_event(export, moment->ns, &woken, sizeof(woken));
		woken.common.type = WAKEUP_ID;
		put_event(export, moment->ns, &woken, sizeof(woken));
	}
}

static void tracecmd_moment(struct export *export, const struct moment *moment)
{
	unsigned number = export_schema_number(moment);
	const struct export_schema *schema = export_schema(number);
	struct tracecmd *tracecmd = export->state;
	struct export_values values;
	char data[3072]; /* the fixed part and two texts of LAYOUT_SIZE */

	_Static_assert(sizeof(data) > FIELDS_MAX * sizeof(uint64_t) + 2 * LAYOUT_SIZE + 64, "an event fits");
	const struct common_fields common = {.type = (uint16_t)(FIRST_ID + number),
					     .pid = (int32_t)(moment->pid & INT32_MAX)};
	if (moment->pid != 0)
		((struct command *)PID_ADD_DISPLACING(tracecmd->commands, moment->pid))->image = moment->image;
	export_values(export, moment, &values);
	memcpy(data, &common, sizeof(common));
	size_t length = put_texts(data, fixed_size(schema), schema, &values);
	while (length % sizeof(uint32_t) != 0)
		data[length++] = '\0';
	put_event(export, moment->ns, data, length);
	put_sched_events(export, moment);
}

/* Writes lines of "pid name" into the room for them, as many as fit. */
static void write_commands(struct export *export, const struct tracecmd *tracecmd)
{
	static char lines[COMMANDS_SIZE];
	size_t used = 0;

	for (unsigned i = 0; i < COMMANDS_MAX; i++) {
		const struct command *command = &tracecmd->commands[i];
		struct layout line;
		if (!command->slot.used)
			continue;
		const struct moment moment = {.pid = command->slot.pid, .image = command->image};
		layout_start(&line, TTY_FILE);
		layout_decimal(&line, "", command->slot.pid);
		layout_text(&line, " ");
		layout_text(&line, export_program(export, &moment));
		layout_text(&line, "\n");
		if (line.length > sizeof(lines) - used)
			break;
		memcpy(lines + used, line.text, line.length);
		used += line.length;
	}
	output_rewrite(export->output, tracecmd->places.commands, lines, used);
}

static void tracecmd_end(struct export *export, uint64_t ns)
{
	struct export_output *output = export->output;
	struct tracecmd *tracecmd = export->state;

	(void)ns;
	end_page(output, tracecmd);
	output_flush(output);
	write_commands(export, tracecmd);
	const uint64_t cpu[] = {tracecmd->pages_start, output->written - tracecmd->pages_start};
	output_rewrite(output, tracecmd->places.cpu, cpu, sizeof(cpu));
}

const struct exporter export_tracecmd = {
	.name = "trace-cmd",
	.description = "trace.dat of trace-cmd, version 6: trace-cmd report, KernelShark",
	.traits = EXPORT_BINARY | EXPORT_SEEKS,
	.state_size = sizeof(struct tracecmd),
	.begin = tracecmd_begin,
	.moment = tracecmd_moment,
	.end = tracecmd_end,
};

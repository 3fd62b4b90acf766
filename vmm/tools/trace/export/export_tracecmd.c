/* SPDX-License-Identifier: MIT */
/*
 * trace-cmd's trace.dat, version 6: a header, then the pages of one CPU's ring buffer as the kernel writes
 * them (include/linux/ring_buffer.h, struct ring_buffer_event). Called through the table in export.c.
 */
#include "tools/trace/export/export_tracecmd.h"

enum {
	EVENT_HEADER = 4,
	TYPE_LENGTH_MAX = 28, /* longer data, counted in words, have their length in a word of its own */
	TYPE_TIME_EXTEND = 30,
	DELTA_SHIFT = 5,
	DELTA_BITS = 27,
	DATA_LOCATION_SHIFT = 16,
	COMMANDS_MAX = 4096, /* processes whose name is kept; the room for them holds about as many */
};

struct command {
	uint32_t pid;
	int32_t image;
};

struct tracecmd {
	struct tracecmd_places places;
	uint64_t pages_start;
	uint64_t last;			       /* time of the last event in the page */
	size_t used;			       /* bytes of the page, 0 = not begun */
	struct command commands[COMMANDS_MAX]; /* by pid, as in a hash table */
	char page[TRACECMD_PAGE];
};

static int tracecmd_begin(struct export *export, struct error *error)
{
	struct tracecmd *tracecmd = export->state;

	(void)error;
	tracecmd_header(export->output, &tracecmd->places);
	tracecmd->pages_start = export->output->written + export->output->used;
	return 0;
}

static void end_page(struct export_output *output, struct tracecmd *tracecmd)
{
	uint64_t length = tracecmd->used - TRACECMD_PAGE_HEADER;

	if (tracecmd->used == 0)
		return;
	memcpy(tracecmd->page + sizeof(uint64_t), &length, sizeof(length));
	memset(tracecmd->page + tracecmd->used, 0, TRACECMD_PAGE - tracecmd->used);
	output_bytes(output, tracecmd->page, TRACECMD_PAGE);
	tracecmd->used = 0;
}

static void put_word(struct tracecmd *tracecmd, uint32_t word)
{
	memcpy(tracecmd->page + tracecmd->used, &word, sizeof(word));
	tracecmd->used += sizeof(word);
}

/* Makes room for an event of `size` bytes at that time and puts what precedes its data. */
static void begin_event(struct export_output *output, struct tracecmd *tracecmd, uint64_t ns, size_t size)
{
	const uint64_t delta_max = (UINT64_C(1) << DELTA_BITS) - 1;

	if (tracecmd->used + size + 4 * EVENT_HEADER > TRACECMD_PAGE)
		end_page(output, tracecmd);
	if (tracecmd->used == 0) {
		memcpy(tracecmd->page, &ns, sizeof(ns));
		tracecmd->used = TRACECMD_PAGE_HEADER;
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

/* The data of an event. `length` and the result: bytes. */
static size_t put_texts(char *data, size_t length, const struct export_schema *schema,
			const struct export_values *values)
{
	size_t place = sizeof(struct tracecmd_common);

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
	size_t size = sizeof(struct tracecmd_common);

	for (unsigned i = 0; i < schema->count; i++)
		size += is_text(&schema->fields[i]) ? sizeof(uint32_t) : schema->fields[i].size;
	return size;
}

/* The name of a process is that of the last program it ran. */
static void learn_command(struct tracecmd *tracecmd, const struct moment *moment)
{
	struct command *command = &tracecmd->commands[moment->pid % COMMANDS_MAX];

	if (moment->pid != 0)
		*command = (struct command){moment->pid, moment->image};
}

static void tracecmd_moment(struct export *export, const struct moment *moment)
{
	unsigned number = export_schema_number(moment);
	const struct export_schema *schema = export_schema(number);
	struct tracecmd *tracecmd = export->state;
	struct export_values values;
	char data[3072]; /* the fixed part and two texts of LAYOUT_SIZE */

	_Static_assert(sizeof(data) > FIELDS_MAX * sizeof(uint64_t) + 2 * LAYOUT_SIZE + 64, "an event fits");
	const struct tracecmd_common common = {.type = (uint16_t)(TRACECMD_FIRST_ID + number),
					       .pid = (int32_t)(moment->pid & INT32_MAX)};
	learn_command(tracecmd, moment);
	export_values(export, moment, &values);
	memcpy(data, &common, sizeof(common));
	size_t length = put_texts(data, fixed_size(schema), schema, &values);
	while (length % sizeof(uint32_t) != 0)
		data[length++] = '\0';
	begin_event(export->output, tracecmd, moment->ns, length);
	memcpy(tracecmd->page + tracecmd->used, data, length);
	tracecmd->used += length;
}

/* Lines of "pid name", as many as there is room for. */
static void write_commands(struct export *export, const struct tracecmd *tracecmd)
{
	static char lines[TRACECMD_COMMANDS_SIZE];
	size_t used = 0;

	for (unsigned i = 0; i < COMMANDS_MAX; i++) {
		const struct command *command = &tracecmd->commands[i];
		struct layout line;
		if (command->pid == 0)
			continue;
		const struct moment moment = {.pid = command->pid, .image = command->image};
		layout_start(&line, false);
		layout_decimal(&line, "", command->pid);
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

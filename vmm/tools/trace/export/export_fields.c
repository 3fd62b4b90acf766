/* SPDX-License-Identifier: MIT */
/* The schemas of moments and their values: see export_fields.h. */
#include "tools/trace/export/export_fields.h"

#include "base/array.h"
#include "text/address_spaces.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"

static const struct export_schema entry_schema = {
	"vm_entry", 2, {{"sequence", 8, STYLE_DECIMAL}, {"cpl", 1, STYLE_DECIMAL}}};

static const struct export_schema exit_schema = {"vm_exit",
						 EXIT_FIELD_COUNT,
						 {
#define ROW(name, size, style, value) {#name, size, STYLE_##style},
							 EXIT_FIELDS(ROW)
#undef ROW
						 }};

static void add_field(struct export_schema *schema, const char *name, uint8_t size, uint8_t style)
{
	schema->fields[schema->count++] = (struct export_field){name, size, style};
}

/* The first character of a name in ringside/events.h says what the argument is. */
static void add_argument(struct export_schema *schema, const char *name)
{
	if (name[0] == '#')
		add_field(schema, name + 1, 8, STYLE_DECIMAL);
	else if (name[0] == '@')
		add_field(schema, name + 1, 8, STYLE_HEX);
	else if (name[0] != '\0')
		add_field(schema, name, 8, STYLE_HEX);
}

/* Whether an argument is a number that `vmm trace print` has words for. */
static bool is_coded(const char *name)
{
	static const char *const coded[] = {"#number", "#vector", "#signal", "archive"};

	for (unsigned i = 0; i < COUNT(coded); i++)
		if (strcmp(name, coded[i]) == 0)
			return true;
	return argument_words(name, 0) != NULL;
}

static void make_event_schema(struct export_schema *schema, unsigned event)
{
	const char *a = event_argument(event, 0), *b = event_argument(event, 1);

	schema->name = event_name(event);
	add_field(schema, "process", 4, STYLE_DECIMAL);
	add_argument(schema, a);
	add_argument(schema, b);
	if (event == RINGSIDE_EVENT_KVM_EXIT)
		add_field(schema, "ns", 8, STYLE_DECIMAL);
	if (a[0] == '@' || b[0] == '@')
		add_field(schema, "symbol", 0, STYLE_SYMBOL);
	if (is_coded(a) || is_coded(b))
		add_field(schema, "detail", 0, STYLE_DETAIL);
}

const struct export_schema *export_schema(unsigned number)
{
	static struct export_schema event_schemas[RINGSIDE_EVENT_COUNT];

	if (number < SCHEMA_EVENT)
		return number == SCHEMA_ENTRY ? &entry_schema : &exit_schema;
	struct export_schema *schema = &event_schemas[number - SCHEMA_EVENT];
	if (schema->count == 0)
		make_event_schema(schema, number - SCHEMA_EVENT);
	return schema;
}

unsigned export_schema_number(const struct moment *moment)
{
	switch (moment->kind) {
	case MOMENT_ENTRY:
		return SCHEMA_ENTRY;
	case MOMENT_EXIT:
		return SCHEMA_EXIT;
	default:
		return SCHEMA_EVENT + moment->record->event.kind - RECORD_EVENT;
	}
}

/* `image`: the program of the process that used the address. */
static void put_symbol(const struct export *export, struct layout *line, unsigned cpl, int image, uint64_t address)
{
	place_put_symbol(line, export->symbols, place_image(image, cpl != CPL_KERNEL, address), address);
}

static void entry_values(const struct moment *moment, struct export_values *values)
{
	values->numbers[0] = moment->sequence;
	values->numbers[1] = moment->cpl;
}

static void exit_values(const struct export *export, const struct moment *moment, struct export_values *values)
{
	const struct exit_record *exit = &moment->record->exit;

#define ROW(name, size, style, value) values->numbers[FIELD_##name] = (value);
	EXIT_FIELDS(ROW)
#undef ROW
	put_symbol(export, &values->symbol, moment->cpl, moment->image, exit->rip);
	detail_exit(&values->detail, exit, moment->handled ? moment->idle_ns : DETAIL_TIME_UNKNOWN);
}

static void event_values(const struct export *export, const struct moment *moment, struct export_values *values)
{
	const struct event_record *event = &moment->record->event;
	uint64_t address;

	values->numbers[0] = event->pid;
	values->numbers[1] = event->a; /* an event that uses one argument only uses the first */
	values->numbers[2] = event->b;
	values->numbers[3] = event->ns;
	if (detail_event_address(event, &address))
		put_symbol(export, &values->symbol, moment->cpl, moment->about_image, address);
	detail_event(&values->detail, event, export->symbols, moment->call, NULL);
}

void export_values(const struct export *export, const struct moment *moment, struct export_values *values)
{
	layout_start(&values->symbol, TTY_FILE);
	layout_start(&values->detail, TTY_FILE);
	if (moment->kind == MOMENT_ENTRY)
		entry_values(moment, values);
	else if (moment->kind == MOMENT_EXIT)
		exit_values(export, moment, values);
	else
		event_values(export, moment, values);
}

const char *export_program(const struct export *export, const struct moment *moment)
{
	const char *name = moment->image > IMAGE_KERNEL ? symbols_image_name(export->symbols, moment->image) : NULL;

	if (name != NULL)
		return name;
	return moment->pid == 0 ? "kernel" : "pid";
}

const char *export_flag_name(unsigned bit)
{
	static const char *const names[] = {"write", "unclaimed", "string", "injected", "window", "waited"};

	_Static_assert(RECORD_WAITED == 1u << (COUNT(names) - 1), "a name for each flag");
	return bit < COUNT(names) ? names[bit] : NULL;
}

void output_identifier(struct export_output *output, const char *name)
{
	for (; *name != '\0'; name++)
		output_char(output, *name == '-' ? '_' : *name);
}

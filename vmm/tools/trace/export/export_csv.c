/* SPDX-License-Identifier: MIT */
/*
 * Comma-separated values (RFC 4180), a line for each record: the columns are the fields of exits, then the
 * arguments of events. What a record does not have is empty. Called through the table in export.c.
 */
#include "text/names.h"
#include "tools/trace/export/export_fields.h"

/* The columns before and behind those of exits. */
#define CSV_COMMON "time_ns,type,name,pid,program,cpl"
#define CSV_EVENT "process,a,b"

/* Whether a field of exits has a column of its own: `name` shows the reason, and every record has a CPL and texts. */
static bool is_column(unsigned i)
{
	return i != FIELD_reason && i != FIELD_cpl && i < FIELD_symbol;
}

static int csv_begin(struct export *export, struct error *error)
{
	const struct export_schema *schema = export_schema(SCHEMA_EXIT);

	(void)error;
	output_text(export->output, CSV_COMMON);
	for (unsigned i = 0; i < schema->count; i++) {
		if (!is_column(i))
			continue;
		output_char(export->output, ',');
		output_text(export->output, schema->fields[i].name);
	}
	output_text(export->output, "," CSV_EVENT ",symbol,detail\n");
	return 0;
}

static void put_text(struct export_output *output, const char *text, size_t length)
{
	output_quoted(output, text, length, '"');
}

static void put_name(struct export_output *output, const struct moment *moment)
{
	const char *name;

	if (moment->kind == MOMENT_EVENT)
		name = export_schema(export_schema_number(moment))->name;
	else
		name = exit_name(moment->record->exit.kind);
	if (name != NULL)
		output_text(output, name);
	else
		output_decimal(output, moment->record->exit.kind);
}

static void put_number(struct export_output *output, const struct export_field *field, uint64_t number)
{
	if (field->style == STYLE_HEX)
		output_hex(output, number);
	else
		output_decimal(output, number);
}

static void put_common(const struct export *export, const struct moment *moment)
{
	struct export_output *output = export->output;
	const char *program = export_program(export, moment);

	output_decimal(output, moment->ns);
	output_text(output, moment->kind == MOMENT_EVENT ? ",event," : ",exit,");
	put_name(output, moment);
	output_char(output, ',');
	output_decimal(output, moment->pid);
	output_char(output, ',');
	put_text(output, program, strlen(program));
	output_char(output, ',');
	output_decimal(output, moment->cpl);
}

/* Puts the columns of exits, which are empty for an event. */
static void put_exit(struct export_output *output, const struct moment *moment, const struct export_values *values)
{
	const struct export_schema *schema = export_schema(SCHEMA_EXIT);

	for (unsigned i = 0; i < schema->count; i++) {
		if (!is_column(i))
			continue;
		output_char(output, ',');
		bool unknown = i == FIELD_vmm_ns && !moment->handled;
		if (moment->kind == MOMENT_EXIT && !unknown)
			put_number(output, &schema->fields[i], values->numbers[i]);
	}
}

static void put_event(struct export_output *output, const struct moment *moment, const struct export_values *values)
{
	const struct export_schema *schema = export_schema(export_schema_number(moment));

	for (unsigned i = 0; i < 3; i++) {
		output_char(output, ',');
		if (moment->kind == MOMENT_EVENT && !is_text(&schema->fields[i]))
			put_number(output, &schema->fields[i], values->numbers[i]);
	}
}

static void csv_moment(struct export *export, const struct moment *moment)
{
	struct export_output *output = export->output;
	struct export_values values;

	if (moment->kind == MOMENT_ENTRY)
		return; /* its time is time_ns - guest_ns of the next exit */
	export_values(export, moment, &values);
	put_common(export, moment);
	put_exit(output, moment, &values);
	put_event(output, moment, &values);
	output_char(output, ',');
	put_text(output, values.symbol.text, values.symbol.length);
	output_char(output, ',');
	put_text(output, values.detail.text, values.detail.length);
	output_char(output, '\n');
}

const struct exporter export_csv = {
	.name = "csv",
	.description = "comma-separated values, a line a record: spreadsheets, pandas",
	.begin = csv_begin,
	.moment = csv_moment,
};

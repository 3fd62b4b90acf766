/* SPDX-License-Identifier: MIT */
/*
 * The text of the Linux kernel's tracing/trace file (Documentation/trace/ftrace.rst, "Output format"), with
 * times in nanoseconds. Called through the table in export.c.
 */
#include "base/units.h"
#include "text/names.h"
#include "tools/trace/export/export_fields.h"
#include "tools/trace/export/export_sched.h"

enum { TASK_WIDTH = 16, PID_WIDTH = 7, SECONDS_WIDTH = 6, NS_DIGITS = 9 };

static int ftrace_begin(struct export *export, struct error *error)
{
	(void)error;
	output_text(export->output, "# tracer: nop\n"
				    "#\n"
				    "#           TASK-PID     CPU#  |||||  TIMESTAMP         FUNCTION\n"
				    "#              | |         |   |||||     |                 |\n");
	return 0;
}

/* Puts the spaces before a right-aligned text of `length` characters. */
static void pad(struct export_output *output, size_t width, size_t length)
{
	for (; length < width; length++)
		output_char(output, ' ');
}

static size_t digits(uint64_t value)
{
	size_t count = 1;

	for (; value >= 10; value /= 10)
		count++;
	return count;
}

static void put_task(const struct export *export, const struct moment *moment)
{
	struct export_output *output = export->output;
	const char *program = export_program(export, moment);

	pad(output, TASK_WIDTH, strlen(program));
	output_text(output, program);
	output_char(output, '-');
	output_decimal(output, moment->pid);
	pad(output, PID_WIDTH, digits(moment->pid));
	output_text(output, " [000] ..... ");
	pad(output, SECONDS_WIDTH, digits(moment->ns / NS_PER_SECOND));
	output_fixed(output, moment->ns, NS_DIGITS);
}

static void put_reason(struct export_output *output, uint64_t reason)
{
	const char *name = exit_name((unsigned)reason);

	if (name != NULL)
		output_text(output, name);
	else
		output_decimal(output, reason);
}

static void put_flags(struct export_output *output, uint64_t flags)
{
	bool first = true;

	for (unsigned bit = 0; export_flag_name(bit) != NULL; bit++) {
		if ((flags >> bit & 1) == 0)
			continue;
		if (!first)
			output_char(output, '|');
		output_text(output, export_flag_name(bit));
		first = false;
	}
}

static void put_value(struct export_output *output, const struct export_field *field,
		      const struct export_values *values, unsigned i)
{
	switch (field->style) {
	case STYLE_DECIMAL:
		output_decimal(output, values->numbers[i]);
		break;
	case STYLE_HEX:
		output_hex(output, values->numbers[i]);
		break;
	case STYLE_REASON:
		put_reason(output, values->numbers[i]);
		break;
	case STYLE_FLAGS:
		put_flags(output, values->numbers[i]);
		break;
	default:
		output_bytes(output, field_text(values, field)->text, field_text(values, field)->length);
	}
}

static void put_text(struct export_output *output, const char *name, const char *value)
{
	output_text(output, name);
	output_text(output, value);
}

/* Puts a number that is not negative. */
static void put_number(struct export_output *output, const char *name, int32_t value)
{
	output_text(output, name);
	output_decimal(output, (uint64_t)value);
}

static void put_switch(const struct export *export, const struct moment *moment, const struct sched_switch *event)
{
	struct export_output *output = export->output;

	put_task(export, moment);
	put_text(output, ": sched_switch: prev_comm=", event->prev_comm);
	put_number(output, " prev_pid=", event->prev_pid);
	put_number(output, " prev_prio=", event->prev_prio);
	put_text(output, " prev_state=", sched_state_letter(event->prev_state));
	put_text(output, " ==> next_comm=", event->next_comm);
	put_number(output, " next_pid=", event->next_pid);
	put_number(output, " next_prio=", event->next_prio);
	output_char(output, '\n');
}

static void put_wake(const struct export *export, const struct moment *moment, const char *name,
		     const struct sched_wake *event)
{
	struct export_output *output = export->output;

	put_task(export, moment);
	put_text(output, ": ", name);
	put_text(output, ": comm=", event->comm);
	put_number(output, " pid=", event->pid);
	put_number(output, " prio=", event->prio);
	output_text(output, " target_cpu=000\n");
}

static void ftrace_moment(struct export *export, const struct moment *moment)
{
	const struct export_schema *schema = export_schema(export_schema_number(moment));
	struct export_output *output = export->output;
	struct export_values values;
	struct sched_switch switched;
	struct sched_wake woken;

	export_values(export, moment, &values);
	put_task(export, moment);
	output_text(output, ": ");
	output_identifier(output, schema->name);
	output_char(output, ':');
	for (unsigned i = 0; i < schema->count; i++) {
		output_char(output, ' ');
		output_text(output, schema->fields[i].name);
		output_char(output, '=');
		put_value(output, &schema->fields[i], &values, i);
	}
	output_char(output, '\n');
	if (sched_switch(export, moment, &switched))
		put_switch(export, moment, &switched);
	if (sched_wake(export, moment, &woken)) {
		put_wake(export, moment, "sched_waking", &woken);
		put_wake(export, moment, "sched_wakeup", &woken);
	}
}

const struct exporter export_ftrace = {
	.name = "ftrace",
	.description = "text as in the kernel's tracing/trace: grep, awk, trace viewers",
	.begin = ftrace_begin,
	.moment = ftrace_moment,
};

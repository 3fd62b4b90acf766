/* SPDX-License-Identifier: MIT */
/*
 * The JSON of Chrome's trace viewer ("Trace Event Format"): duration events (B, E), instants and counters.
 * The machine is one process of the viewer with a thread for each lane, the guest's processes are the
 * threads of another. Called through the table in export.c.
 *
 * A slice is a beginning and an end, not a complete event (X): readers add ts and dur as floating-point numbers, so
 * that a slice may end behind the beginning of the next one, which speedscope takes for nested in it for ever. The end
 * has the name, by which speedscope finds the beginning, and the fields, which viewers show with the slice; at the
 * beginning speedscope would make them part of the name, and no two slices would be of the same frame. Where a slice
 * follows another at once, speedscope ends the earlier one first only if this end and that beginning differ in them.
 */
#include "text/names.h"
#include "tools/trace/export/export_lanes.h"
#include "tools/trace/read/trace_environment.h"

enum { PID_MACHINE = 1, PID_PROCESSES = 2, US_DIGITS = 3 };

struct chrome {
	struct lanes lanes;
	bool any; /* element has been written */
};

static void put_string(struct export_output *output, const char *text)
{
	output_quoted(output, text, strlen(text), '\\');
}

static void put_layout(struct export_output *output, const struct layout *text)
{
	output_quoted(output, text->text, text->length, '\\');
}

/* Puts the name of a member that is not the first. A macro, so that comma, quotes and name are one literal. */
#define put_key(output, key) output_text(output, ",\"" key "\":")

/* Begins an element with its phase, process and thread. */
static void begin_element(struct export *export, char phase, uint64_t pid, uint64_t tid)
{
	struct chrome *chrome = export->state;
	struct export_output *output = export->output;

	if (chrome->any)
		output_char(output, ',');
	output_text(output, "\n{\"ph\":\"");
	output_char(output, phase);
	output_char(output, '"');
	put_key(output, "pid");
	output_decimal(output, pid);
	put_key(output, "tid");
	output_decimal(output, tid);
	chrome->any = true;
}

static void put_time(struct export_output *output, uint64_t ns)
{
	put_key(output, "ts");
	output_fixed(output, ns, US_DIGITS);
}

/* Puts a "metadata event", which names a process or thread of the viewer, or gives its place among the others. */
static void put_metadata(struct export *export, const char *what, uint64_t pid, uint64_t tid, const char *key,
			 const char *name, uint64_t order)
{
	struct export_output *output = export->output;

	begin_element(export, 'M', pid, tid);
	put_key(output, "name");
	put_string(output, what);
	output_text(output, ",\"args\":{\"");
	output_text(output, key);
	output_text(output, "\":");
	if (name != NULL)
		put_string(output, name);
	else
		output_decimal(output, order);
	output_text(output, "}}");
}

static uint64_t lane_pid(const struct lane *lane)
{
	return lane->share == SHARE_USER ? PID_PROCESSES : PID_MACHINE;
}

static uint64_t lane_tid(const struct lane *lane)
{
	return lane->share == SHARE_USER ? lane->pid : lane->share;
}

/* Names a lane. The viewer replaces an earlier name, of a program that the process ran before. */
static void name_lane(struct export *export, const struct lane *lane)
{
	struct chrome *chrome = export->state;

	if (!lanes_learn_name(&chrome->lanes, lane))
		return;
	put_metadata(export, "thread_name", lane_pid(lane), lane_tid(lane), "name", lane_name(export, lane), 0);
	put_metadata(export, "thread_sort_index", lane_pid(lane), lane_tid(lane), "sort_index", NULL, lane_tid(lane));
}

static void put_value(struct export_output *output, const struct export_field *field,
		      const struct export_values *values, unsigned i)
{
	if (is_text(field)) {
		put_layout(output, field_text(values, field));
	} else if (field->style == STYLE_HEX) {
		/* As text: the viewer's numbers have 53 bits. */
		output_char(output, '"');
		output_hex(output, values->numbers[i]);
		output_char(output, '"');
	} else if (field->style == STYLE_REASON && exit_name((unsigned)values->numbers[i]) != NULL) {
		put_string(output, exit_name((unsigned)values->numbers[i]));
	} else {
		output_decimal(output, values->numbers[i]);
	}
}

static void put_arguments(struct export *export, const struct moment *moment)
{
	const struct export_schema *schema = export_schema(export_schema_number(moment));
	struct export_output *output = export->output;
	struct export_values values;

	export_values(export, moment, &values);
	put_key(output, "args");
	for (unsigned i = 0; i < schema->count; i++) {
		output_text(output, i == 0 ? "{\"" : ",\"");
		output_text(output, schema->fields[i].name);
		output_text(output, "\":");
		put_value(output, &schema->fields[i], &values, i);
	}
	output_char(output, '}');
}

static void put_named(struct export *export, char phase, const struct lane *lane, uint64_t ns,
		      const struct label *label, const struct moment *moment)
{
	struct export_output *output = export->output;
	struct layout text;

	begin_element(export, phase, lane_pid(lane), lane_tid(lane));
	put_time(output, ns);
	layout_start(&text, TTY_FILE);
	label_text(export, label, &text);
	put_key(output, "name");
	put_layout(output, &text);
	put_key(output, "cat");
	put_string(output, lane_category_name(lane_category(lane, moment)));
}

static void chrome_slice(struct export *export, const struct lane_slice *slice)
{
	name_lane(export, &slice->lane);
	put_named(export, 'B', &slice->lane, slice->since, &slice->label, slice->moment);
	output_char(export->output, '}');
}

static void chrome_slice_end(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	put_named(export, 'E', &slice->lane, ns, &slice->label, slice->moment);
	if (slice->moment != NULL)
		put_arguments(export, slice->moment);
	else
		output_text(export->output, ",\"args\":{}");
	output_char(export->output, '}');
}

static void chrome_instant(struct export *export, const struct lane *lane, const struct label *label,
			   const struct moment *moment, const struct lane_flows *flows)
{
	(void)flows;
	name_lane(export, lane);
	put_named(export, 'i', lane, moment->ns, label, moment);
	put_arguments(export, moment);
	output_text(export->output, ",\"s\":\"t\"}");
}

static void chrome_counter(struct export *export, enum counter counter, uint64_t ns, uint64_t value)
{
	struct export_output *output = export->output;

	begin_element(export, 'C', PID_MACHINE, 0);
	put_time(output, ns);
	put_key(output, "name");
	put_string(output, counter_name(counter));
	output_text(output, ",\"args\":{\"value\":");
	output_decimal(output, value);
	output_text(output, "}}");
}

static void chrome_inside(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	chrome_slice(export, slice);
	chrome_slice_end(export, slice, ns);
}

static const struct lane_format chrome_lanes = {chrome_slice, chrome_slice_end, chrome_instant, chrome_counter,
						chrome_inside};

static void put_environment(struct export_output *output, const char *environment)
{
	struct environment_pair pair;

	while (environment_next(&environment, &pair)) {
		if (pair.key_length == 0 || pair.value == NULL)
			continue;
		output_text(output, ",\n\"");
		output_plain(output, pair.key, pair.key_length);
		output_text(output, "\":\"");
		output_plain(output, pair.value, pair.value_length);
		output_char(output, '"');
	}
}

static int chrome_begin(struct export *export, struct error *error)
{
	struct chrome *chrome = export->state;

	(void)error;
	lanes_start(&chrome->lanes, export, &chrome_lanes);
	output_text(export->output, "{\"displayTimeUnit\":\"ns\",\n\"otherData\":{\"tracer\":\"ringside\"");
	put_environment(export->output, export->environment);
	output_text(export->output, "},\n\"traceEvents\":[");
	put_metadata(export, "process_name", PID_MACHINE, 0, "name", "machine", 0);
	put_metadata(export, "process_sort_index", PID_MACHINE, 0, "sort_index", NULL, PID_MACHINE);
	put_metadata(export, "process_name", PID_PROCESSES, 0, "name", "ring 3, by process", 0);
	put_metadata(export, "process_sort_index", PID_PROCESSES, 0, "sort_index", NULL, PID_PROCESSES);
	return 0;
}

static void chrome_time(struct export *export, const struct time_slice *slice)
{
	struct chrome *chrome = export->state;

	lanes_slice(&chrome->lanes, slice);
}

static void chrome_moment(struct export *export, const struct moment *moment)
{
	struct chrome *chrome = export->state;

	lanes_moment(&chrome->lanes, moment);
}

static void chrome_end(struct export *export, uint64_t ns)
{
	struct chrome *chrome = export->state;

	lanes_end(&chrome->lanes, ns);
	output_text(export->output, "\n]}\n");
}

const struct exporter export_chrome = {
	.name = "chrome",
	.description = "JSON of Chrome's trace viewer: chrome://tracing, speedscope",
	.state_size = sizeof(struct chrome),
	.begin = chrome_begin,
	.slice = chrome_time,
	.moment = chrome_moment,
	.end = chrome_end,
};
